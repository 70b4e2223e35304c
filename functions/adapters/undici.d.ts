// undici's root module costs a cold start more than everything else, so the one module that is needed is
// imported by its path.

declare module 'undici/lib/dispatcher/pool.js' {
  import type { Dispatcher, Pool as PoolOfRoot } from 'undici';

  /** The used part of undici's `Pool`, whose own types omit iterable bodies. */
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
