import * as z from 'zod';

/** The message to a sandbox's host: one invocation. */
export const invocationMessage = z.object({
  event: z.json(),
  awsRequestId: z.string(),
  functionName: z.string(),
  invokedFunctionArn: z.string(),
  memoryLimitInMB: z.string(),
  /** Epoch milliseconds at which the sandbox is killed. */
  deadlineMs: z.number(),
});

/** The messages of a sandbox's host: first `ready` or an error, then one for each invocation. */
export const hostMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('returned'), json: z.string() }),
  z.object({ kind: z.literal('threw'), error: z.string() }),
]);

/** A message to the host. */
export type InvocationMessage = z.infer<typeof invocationMessage>;
/** A message of the host. */
export type HostMessage = z.infer<typeof hostMessage>;
