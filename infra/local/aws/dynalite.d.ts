// dynalite has no types; this is the part of its interface that we use.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  function createDynalite(options: { createTableMs: number }): Server;
  export = createDynalite;
}
