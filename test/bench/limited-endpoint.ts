import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** How the endpoint of a measurement answers. */
export type EndpointLimits = {
  /** What it works on one picture. */
  readonly answerMs: number;
  /** Pictures it works on at a time; the others wait. */
  readonly capacity: number;
  /** Requests it may be sent at a time; one more is refused with 429 and counted. */
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

/** What the process of the endpoint says. */
export type EndpointMessage = z.infer<typeof listening> | z.infer<typeof counted>;

type LimitedEndpoint = {
  /** The origin to which the documented path is appended. */
  readonly url: string;
  /** What happened since the start. */
  count(): Promise<z.infer<typeof counted>>;
  stop(): Promise<void>;
};

/** Starts a stand-in for the vehicle-plate endpoint in a process of its own, so that its work is not measured with that of others. */
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
