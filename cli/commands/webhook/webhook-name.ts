import { InvalidArgumentError } from 'commander';

/** Parses the name of a webhook, which is its id. */
export function parseWebhookName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'The name of a webhook has at most 40 of a-z, 0-9 and hyphens, and does not begin with a hyphen.',
  );
}
