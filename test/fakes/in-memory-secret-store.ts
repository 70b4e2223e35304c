import type { Credentials, CredentialsRead, SecretStore } from '../../functions/adapters/secret-store.ts';

/** Returns `pairs` in order: the next one after each refusal, and the last one from then on. */
export function createInMemorySecretStore(...pairs: readonly [Credentials, ...Credentials[]]) {
  const [first, ...fresh] = pairs;
  let credentials = first;
  const freshReads: Credentials[] = [];
  const given = (): Promise<CredentialsRead> => Promise.resolve({ kind: 'credentials', credentials });
  return {
    /** The refused credentials, once for each new read. */
    freshReads,
    current: given,
    insteadOf(refused) {
      freshReads.push(refused);
      credentials = fresh.shift() ?? credentials;
      return given();
    },
  } satisfies SecretStore & { freshReads: Credentials[] };
}
