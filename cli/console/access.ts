import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may use the console. */
export type Access = {
  /** The session for the one-time token; undefined for a wrong or used one. */
  readonly exchange: (token: string) => string | undefined;
  readonly isSession: (session: string) => boolean;
};

/** One token, which opens one session. Both are long random texts. */
export function createAccess({
  token,
  session,
}: {
  readonly token: string;
  readonly session: string;
}): Access {
  let isUsed = false;
  return {
    exchange: (given) => {
      if (isUsed || !areEqual(given, token)) return undefined;
      isUsed = true;
      return session;
    },
    isSession: (given) => isUsed && areEqual(given, session),
  };
}

/** Takes the same time for every wrong text. */
function areEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
