import { randomUUID } from 'node:crypto';
import { startReader } from '../../../cli/terminal/start-reader.ts';
import { committedModels, describeModels } from '../../../functions/plate-reader/models.ts';
import { startVehiclePlateServer } from '../../../functions/plate-reader/server/vehicle-plate-server.ts';
import type { LocalEndpoint, StartEndpoint } from './local-endpoint.ts';

/** The vendor's limit of a request. */
const maxBytes = 5 * 1024 * 1024;

/** Starts the endpoint of `plateline serve`, which reads the plates from the pixels. Records no calls. */
export const startReadingEndpoint: StartEndpoint<LocalEndpoint> = async ({ appKey, secretKey, port }) => {
  const [reader, { version }] = await Promise.all([startReader(), describeModels(committedModels)]);
  try {
    const server = await startVehiclePlateServer({
      reader,
      modelVersion: version,
      keys: { appKey, secretKey },
      host: '127.0.0.1',
      port,
      maxBytes,
      log: () => undefined,
      newRequestId: randomUUID,
    });
    return {
      url: server.url,
      banner: `The vehicle-plate endpoint is Plateline's own: it reads plates from the pixels (models ${version}).`,
      stop: async () => {
        await server.close();
        await reader.close();
      },
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
};
