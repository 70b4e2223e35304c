import type { RunningConsole } from '../../../cli/console/start-console.ts';

/** Asks the console as its own page does, with bytes or JSON, and returns the answer's status and JSON. */
export type RawClient = (method: string, path: string, body?: unknown) => Promise<RawAnswer>;
type RawAnswer = { readonly status: number; readonly json: unknown };

/** Exchanges the address's token, and returns a client that is signed in. */
export async function signIn({ address }: RunningConsole): Promise<RawClient> {
  const { origin, hash } = new URL(address);
  const own = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const body = JSON.stringify({ token: hash.replace('#token=', '') });
  const { headers } = await fetch(`${origin}/api/session`, { method: 'POST', headers: own, body });
  const [cookie = ''] = headers.getSetCookie()[0]?.split(';') ?? [];
  return async (method, path, sent) => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { ...own, cookie },
      ...(sent !== undefined && {
        body: sent instanceof Uint8Array ? Buffer.from(sent) : JSON.stringify(sent),
      }),
    });
    return { status: answer.status, json: await answer.json() };
  };
}
