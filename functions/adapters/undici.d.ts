// The function imports the pool by its path: undici's root module adds a tenth to the processor time of a
// start (test/bench, Optimisations).

declare module 'undici/lib/dispatcher/pool.js' {
  import type { Dispatcher, Pool as PoolOfRoot } from 'undici';

  /** The parts of undici's `Pool` that Plateline uses. undici's own types do not allow an iterable body. */
  class Pool {
    constructor(origin: string, options: PoolOfRoot.Options);
    dispatch(
      request: Omit<Dispatcher.DispatchOptions, 'body'> & { readonly body: Iterable<Uint8Array> },
      handler: Dispatcher.DispatchHandler,
    ): boolean;
    close(): Promise<void>;
  }

  export = Pool;
}
