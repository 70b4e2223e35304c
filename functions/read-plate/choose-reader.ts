import { createSecretStore } from '../adapters/secret-store.ts';
import { createVehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import { createIsolatedReader } from '../plate-reader/isolated-reader.ts';
import { createAskBuiltInReader } from './ask-built-in-reader.ts';
import { createAskEndpoint } from './ask-endpoint.ts';
import type { AskForPlates } from './ask-for-plates.ts';
import type { Settings } from './settings.ts';

type ChosenReader = {
  readonly askForPlates: AskForPlates;
  /** Fetches what the pictures of an invocation will need. */
  readonly prepare: () => Promise<unknown>;
};

/** What the settings say shall read the pictures. */
export function chooseReader(settings: Settings, now: () => number): ChosenReader {
  const { reader } = settings;
  switch (reader.kind) {
    case 'endpoint': {
      const secrets = createSecretStore(reader, now);
      const endpoint = createVehiclePlateEndpoint({ ...settings, ...reader }, now);
      return {
        askForPlates: createAskEndpoint({ secrets, endpoint, now }),
        prepare: () => secrets.current(),
      };
    }
    case 'builtin': {
      // The bundler puts the program next to the handler, and the models next to both.
      const program = new URL('./reader-process.mjs', import.meta.url);
      const builtIn = createIsolatedReader({ program, timeoutMs: settings.ocrTimeoutMs });
      return {
        askForPlates: createAskBuiltInReader({ reader: builtIn, now }),
        prepare: () => Promise.resolve(),
      };
    }
  }
}
