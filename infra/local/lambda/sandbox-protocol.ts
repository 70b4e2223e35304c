import * as z from 'zod';

/** What a sandbox's host is told: one invocation. */
export const invocationMessage = z.object({
  event: z.json(),
  awsRequestId: z.string(),
  functionName: z.string(),
  invokedFunctionArn: z.string(),
  memoryLimitInMB: z.string(),
  /** Epoch milliseconds at which the sandbox is killed. */
  deadlineMs: z.number(),
});

/** What a sandbox's host says: once that it is ready (or not), then one message for each invocation. */
export const hostMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('returned'), json: z.string() }),
  z.object({ kind: z.literal('threw'), error: z.string() }),
]);

/** One invocation, as it crosses to the host. */
export type InvocationMessage = z.infer<typeof invocationMessage>;
/** What crosses back. */
export type HostMessage = z.infer<typeof hostMessage>;
