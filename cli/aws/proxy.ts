import http, { type ProxyEnv } from 'node:http';
import https from 'node:https';

/**
 * Agents that use the proxies of HTTPS_PROXY and HTTP_PROXY, except for the hosts of NO_PROXY and for this
 * machine. A name in NO_PROXY includes its subdomains, as for the AWS CLI.
 */
export function createAgents(environment: NodeJS.ProcessEnv): {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
} {
  const options = { keepAlive: true, maxSockets: 50, proxyEnv: proxyEnvironmentOf(environment) };
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}

/**
 * Host and port of the proxy to AWS in a region, without its password; undefined where requests go there
 * directly.
 */
export function proxyHostOf(environment: NodeJS.ProcessEnv, region: string): string | undefined {
  const { HTTPS_PROXY: proxy = '', NO_PROXY: excluded = '' } = proxyEnvironmentOf(environment);
  const host = `any.${region}.amazonaws.com`;
  const isDirect = excluded
    .split(',')
    .some((entry) => entry === '*' || (entry.startsWith('.') && host.endsWith(entry)));
  return !isDirect && URL.canParse(proxy) ? new URL(proxy).host : undefined;
}

const thisMachine = ['localhost', '127.0.0.1', '[::1]'];

function proxyEnvironmentOf(environment: NodeJS.ProcessEnv): ProxyEnv {
  const valueOf = (name: string) => environment[name.toLowerCase()] ?? environment[name];
  const excluded = (valueOf('NO_PROXY') ?? '').split(/[\s,]+/).filter(Boolean);
  return {
    HTTP_PROXY: valueOf('HTTP_PROXY'),
    HTTPS_PROXY: valueOf('HTTPS_PROXY'),
    NO_PROXY: [...excluded.flatMap(withSubdomains), ...thisMachine].join(','),
  };
}

/** Node's own agent takes a name without a dot in front for that host alone. */
function withSubdomains(host: string): readonly string[] {
  return /^[a-z]/i.test(host) ? [host, `.${host}`] : [host];
}
