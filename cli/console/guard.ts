import type { Access } from './access.ts';

/** What the guard must know of the console. */
export type GuardedConsole = {
  /** 0 until the server listens. */
  readonly port: () => number;
  readonly access: Access;
  readonly canWrite: boolean;
};

/** A refusal: a stable code for the page, and a sentence for people. */
type Refusal =
  { readonly status: 403 | 405 | 421; readonly code: string; readonly message: string } | SignedOut;
type SignedOut = { readonly status: 401; readonly code: string; readonly message: string };

/** The exchange of the token is the only write before there is a session. */
export const sessionPath = '/api/session';

/** Cookies do not know ports, so the name has the port: two consoles do not sign each other out. */
export function cookieNameOf(port: number): string {
  return `plateline-console-${port}`;
}

/**
 * Why a request is refused before any route sees it; undefined where it may pass. A page elsewhere can reach
 * 127.0.0.1 by a name of its own (DNS rebinding), so the host is checked first, for every method.
 */
export function refuse(request: Request, guarded: GuardedConsole): Refusal | undefined {
  const port = guarded.port();
  const host = request.headers.get('host') ?? '';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return {
      status: 421,
      code: 'WRONG_HOST',
      message: 'The console answers only to 127.0.0.1 and localhost.',
    };
  }
  const { pathname } = new URL(request.url);
  const isApi = pathname.startsWith('/api/');
  const isWrite = !['GET', 'HEAD'].includes(request.method);
  if (isWrite && !['POST', 'PUT', 'DELETE'].includes(request.method)) {
    return { status: 405, code: 'WRONG_METHOD', message: 'The console has no such method.' };
  }
  const site = request.headers.get('sec-fetch-site');
  const isOwn = site === 'same-origin' || (!isWrite && (site === null || (site === 'none' && !isApi)));
  if ((isWrite || isApi) && !isOwn) {
    return { status: 403, code: 'OTHER_SITE', message: 'Only the console itself may ask this.' };
  }
  if (!isApi || pathname === sessionPath) return undefined;
  if (!guarded.access.isSession(sessionOf(request, port))) {
    return {
      status: 401,
      code: 'SIGNED_OUT',
      message:
        'Open the whole address that the terminal shows. It works once; start the console again for a new one.',
    };
  }
  if (isWrite && !guarded.canWrite) {
    return {
      status: 403,
      code: 'READ_ONLY',
      message: 'The console only reads. Start it with --write to change anything.',
    };
  }
  return undefined;
}

function sessionOf(request: Request, port: number): string {
  const prefix = `${cookieNameOf(port)}=`;
  const cookies = (request.headers.get('cookie') ?? '').split(/; */);
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length) ?? '';
}

/** On every answer, errors and refusals included. */
export const safetyHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};
