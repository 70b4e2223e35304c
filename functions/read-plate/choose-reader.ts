import { createBreakerStore } from '../adapters/breaker-store.ts';
import { createCallCounter } from '../adapters/call-counter.ts';
import { createSecretStore } from '../adapters/secret-store.ts';
import { createVehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import { createAskEndpoint } from './ask-endpoint.ts';
import type { AskForPlates } from './ask-for-plates.ts';
import { createAskPrepared } from './ask-prepared.ts';
import { createCallBreaker } from './breaker.ts';
import { createCappedEndpoint } from './capped-endpoint.ts';
import type { Settings } from './settings.ts';

type ChosenReader = {
  readonly askForPlates: AskForPlates;
  /** Fetches what the pictures of an invocation will need. */
  readonly prepare: () => Promise<unknown>;
};

/** What the settings say shall read the pictures. */
export async function chooseReader(settings: Settings, now: () => number): Promise<ChosenReader> {
  const { reader, usageTable } = settings;
  switch (reader.kind) {
    case 'endpoint': {
      const secrets = createSecretStore(reader, now);
      const uncapped = createVehiclePlateEndpoint({ ...settings, ...reader }, now);
      const { callCaps: caps } = reader;
      const endpoint = caps
        ? createCappedEndpoint({ endpoint: uncapped, counter: createCallCounter(usageTable), caps, now })
        : uncapped;
      const breaker = createCallBreaker({ store: createBreakerStore(usageTable), now });
      return {
        askForPlates: createAskPrepared({
          ask: createAskEndpoint({ secrets, endpoint, breaker, now }),
          // A module of its own in the package: pictures that need no preparation do not pay for it.
          loadPreparer: async () => (await import('./picture-preparer.ts')).createPicturePreparer(),
        }),
        prepare: () => Promise.all([secrets.current(), breaker.prepare()]),
      };
    }
    case 'builtin': {
      // A module of its own in the package: a function that asks an endpoint does not pay for it.
      const { startBuiltInReader } = await import('./built-in-reader.ts');
      return {
        askForPlates: startBuiltInReader(settings, now),
        prepare: () => Promise.resolve(),
      };
    }
  }
}
