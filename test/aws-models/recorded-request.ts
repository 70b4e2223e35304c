import type { ProxiedRequest } from '../../infra/local/aws/fault-proxy.ts';
import { parseJson } from '../../functions/core/message/parse-json.ts';
import { models, type ServiceName } from './service-model.ts';

/** A request that a client sent, as the service's model names it. */
export type AwsCall = {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** Reads a request of a local service; undefined for an operation of S3 that the model does not have. */
export function readCall(service: ServiceName, request: ProxiedRequest): AwsCall | undefined {
  if (service === 's3') return readS3Call(request);
  // SNS is in the local server of SQS.
  if (service === 'sqs' && request.operation === undefined) return readSnsCall(request);
  const { operation = '', body } = request;
  const input = parseJson(body?.toString() ?? '');
  if (typeof input !== 'object' || input === null) throw new TypeError(`${operation} has no JSON body.`);
  return { service, operation, input: Object.fromEntries(Object.entries(input)) };
}

/** The access key that signed a request. */
export function signerOf({ headers }: ProxiedRequest): string | undefined {
  return /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
}

/** A form: its names are paths through the input, such as `Entries.member.1.Id`. */
function readSnsCall({ body }: ProxiedRequest): AwsCall | undefined {
  const form = new URLSearchParams(body?.toString() ?? '');
  const operation = form.get('Action') ?? '';
  const input = valueAt(models.sns.operations[operation]?.input ?? '', '', form);
  if (typeof input !== 'object' || input === null) return undefined;
  return { service: 'sns', operation, input: Object.fromEntries(Object.entries(input)) };
}

function valueAt(shapeName: string, place: string, form: URLSearchParams): unknown {
  const shape = models.sns.shapes[shapeName];
  const hasValues = [...form.keys()].some((name) => name === place || name.startsWith(`${place}.`));
  if (shape === undefined || (place !== '' && !hasValues)) return undefined;
  const valuesOf = (kind: string, read: (itemPlace: string) => unknown): unknown[] => {
    const values: unknown[] = [];
    for (let count = 1; ; count += 1) {
      const value = read(`${place}.${kind}.${count}`);
      if (value === undefined) return values;
      values.push(value);
    }
  };
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([name, member]) => {
          const value = valueAt(member.shape, place === '' ? name : `${place}.${name}`, form);
          return value === undefined ? [] : [[name, value]];
        }),
      );
    case 'list':
      return valuesOf('member', (itemPlace) => valueAt(shape.member?.shape ?? '', itemPlace, form));
    case 'map':
      return Object.fromEntries(
        valuesOf('entry', (itemPlace) => {
          const key = form.get(`${itemPlace}.${shape.key?.locationName ?? 'key'}`);
          const value = `${itemPlace}.${shape.value?.locationName ?? 'value'}`;
          return key === null ? undefined : [key, valueAt(shape.value?.shape ?? '', value, form)];
        }).filter((entry) => Array.isArray(entry)),
      );
    case 'boolean':
      return { true: true, false: false }[form.get(place) ?? ''] ?? form.get(place) ?? undefined;
    case 'string':
    case 'blob':
    case 'integer':
    case 'long':
    case 'double':
    case 'timestamp':
      return form.get(place) ?? undefined;
  }
}

/** REST: the operation follows from the method and the path, its input from path, query and headers. */
function readS3Call({ method, rawUrl, headers }: ProxiedRequest): AwsCall | undefined {
  const url = new URL(rawUrl, 'http://s3');
  const [, bucket = '', ...keyParts] = url.pathname.split('/');
  const path = { Bucket: bucket, Key: keyParts.map(decodeURIComponent).join('/') };
  const operation = Object.entries(models.s3.operations).find(([, { http }]) => {
    const [template = '', query = ''] = http.requestUri.split('?');
    const hasKey = template.includes('{Key+}');
    return (
      http.method === method &&
      hasKey === (path.Key !== '') &&
      query.split('&').every((name) => name === '' || url.searchParams.has(name.replace(/=.*/, '')))
    );
  });
  if (operation === undefined) return undefined;
  const [name, { input: inputName = '' }] = operation;
  const members = Object.entries(models.s3.shapes[inputName]?.members ?? {});
  const input = members.flatMap(([member, { shape, location, locationName = member }]) => {
    const text = textAt(location, locationName, { path, url, headers });
    return text === undefined ? [] : [[member, typed(shape, text)] as const];
  });
  return { service: 's3', operation: name, input: Object.fromEntries(input) };
}

function textAt(
  location: string | undefined,
  name: string,
  request: {
    readonly path: Readonly<Record<string, string>>;
    readonly url: URL;
    readonly headers: ProxiedRequest['headers'];
  },
): string | undefined {
  switch (location) {
    case 'uri':
      return request.path[name];
    case 'querystring':
      return request.url.searchParams.get(name) ?? undefined;
    case 'header': {
      const header = request.headers[name.toLowerCase()];
      return typeof header === 'string' ? header : undefined;
    }
    case undefined:
    default:
      return undefined;
  }
}

function typed(shapeName: string, text: string): unknown {
  const type = models.s3.shapes[shapeName]?.type;
  if (type === 'list') return text.split(',');
  if (type === 'integer' || type === 'long') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}
