// dynalite ships no types; this is the part of its interface that is used here.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  function createDynalite(options: { createTableMs: number }): Server;
  export = createDynalite;
}
