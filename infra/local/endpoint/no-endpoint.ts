import type { LocalEndpoint, StartEndpoint } from './local-endpoint.ts';

/** For a function that reads the pictures itself: no server runs, so that nothing can be asked. */
export const startNoEndpoint: StartEndpoint<LocalEndpoint> = () =>
  Promise.resolve({
    // No server can listen on port 0.
    url: 'http://127.0.0.1:0',
    banner: 'The function reads the plates from the pixels itself; there is no endpoint.',
    stop: () => Promise.resolve(),
  });
