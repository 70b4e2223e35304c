import * as z from 'zod/mini';

/** 24 to 64 random bytes in base64, as Standard Webhooks has them. */
const secretForm = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** What Parameter Store keeps of a webhook, encrypted: the URL can hold a secret of its own. */
export const destination = z.object({
  url: z.string(),
  /** Secrets of Standard Webhooks (`whsec_…`), the newest first; two while the receiver changes over. */
  secrets: z.readonly(z.array(z.string().check(z.regex(secretForm))).check(z.minLength(1), z.maxLength(2))),
});
export type Destination = Readonly<z.infer<typeof destination>>;

/** The name of the parameter of a webhook. */
export function destinationParameterOf(path: string, webhookId: string): string {
  return `${path}/${webhookId}`;
}
