// undici's root module costs a cold start more than all else together, so the two modules that are needed of it are imported by their paths.

declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  /** `Dispatcher.request`, which undici's root module adds to its classes; undici's own types forget that a body may be iterable. */
  function request(
    this: Dispatcher,
    options: Omit<Dispatcher.RequestOptions, 'body'> & { body: Iterable<Uint8Array> },
  ): Promise<Dispatcher.ResponseData>;

  export = request;
}
