import type { LoopbackServer } from '../loopback-server.ts';

/** A vehicle-plate endpoint on this machine; clients append the documented path to its `url`. */
export interface LocalEndpoint extends LoopbackServer {
  /** A sentence for the people who run it: what it is and what it can read. */
  readonly banner: string;
}

/** Starts an endpoint that accepts these two keys; port 0 takes a free one. */
export type StartEndpoint<Endpoint extends LocalEndpoint> = (options: {
  appKey: string;
  secretKey: string;
  port: number;
  /** Whether a test wants to look at the calls afterwards. */
  recordCalls: boolean;
}) => Promise<Endpoint>;
