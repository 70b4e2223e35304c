// undici's root module costs a cold start more than all else together, so the one module that is needed of it is imported by its path.

declare module 'undici/lib/dispatcher/pool.js' {
  import type { Dispatcher, Pool as PoolOfRoot } from 'undici';

  /** What is used of undici's `Pool`; its own types forget that a body may be iterable. */
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
