import { isPublicAddress } from './public-address.ts';

/** Where webhooks may go: `public` only over https into the internet; `any` also elsewhere, for tests. */
export type WebhookAddresses = 'public' | 'any';

type ParsedWebhookUrl =
  | { readonly kind: 'url'; readonly url: URL }
  /** Why webhooks do not go there, in a sentence. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Parses the URL of a receiver. A host's name can resolve to any address, so the address is checked once more
 * when it is connected to.
 */
export function parseWebhookUrl(text: string, addresses: WebhookAddresses): ParsedWebhookUrl {
  const url = URL.parse(text);
  if (!url) return refused('It must be a URL such as https://example.com/plateline.');
  if (url.username !== '' || url.password !== '') {
    return refused('The URL must have no user name and no password; the signature proves the sender.');
  }
  if (url.protocol !== 'https:' && !(addresses === 'any' && url.protocol === 'http:')) {
    return refused('The URL must begin with https://.');
  }
  const address = addressOf(url);
  if (address !== undefined && addresses === 'public' && !isPublicAddress(address)) {
    return refused(`${address} is not a public address.`);
  }
  return { kind: 'url', url };
}

/** The host of a URL where it is an IP address, without the brackets; undefined for a name. */
function addressOf({ hostname }: URL): string | undefined {
  if (/^[\d.]+$/.test(hostname)) return hostname;
  return /^\[(.*)\]$/.exec(hostname)?.[1];
}

function refused(message: string): ParsedWebhookUrl {
  return { kind: 'refused', message };
}
