import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** The limits of the endpoint of a measurement. */
export type EndpointLimits = {
  /** The time it works on one picture. */
  readonly answerMs: number;
  /** The pictures it works on at a time; other pictures wait. */
  readonly capacity: number;
  /** The requests it accepts at a time; it refuses and counts any further one, with 429. */
  readonly requestLimit: number;
};

const listening = z.object({ kind: z.literal('listening'), url: z.string() });

const counted = z.object({
  kind: z.literal('counted'),
  answered: z.number(),
  /** Requests beyond the limit. */
  refused: z.number(),
  mostInFlight: z.number(),
});

/** A message from the process of the endpoint. */
export type EndpointMessage = z.infer<typeof listening> | z.infer<typeof counted>;

type LimitedEndpoint = {
  /** The origin to which the documented path is appended. */
  readonly url: string;
  /** Counts what happened since the start. */
  count(): Promise<z.infer<typeof counted>>;
  stop(): Promise<void>;
};

/** Starts a local vehicle-plate endpoint in its own process, so that no measurement includes its work. */
export async function startLimitedEndpoint(limits: EndpointLimits): Promise<LimitedEndpoint> {
  const endpoint = fork(
    fileURLToPath(new URL('limited-endpoint-process.ts', import.meta.url)),
    [JSON.stringify(limits)],
    { execArgv: [] },
  );
  const { url } = await nextMessage(endpoint, listening);
  return {
    url,
    async count() {
      const answer = nextMessage(endpoint, counted);
      endpoint.send('count');
      return answer;
    },
    async stop() {
      const exited = once(endpoint, 'exit');
      endpoint.disconnect();
      await exited;
    },
  };
}

async function nextMessage<Schema extends z.ZodType>(
  endpoint: ChildProcess,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const [message] = z.tuple([z.unknown()], z.unknown()).parse(await once(endpoint, 'message'));
  return schema.parse(message);
}
