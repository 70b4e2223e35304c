import { parseHttpUrl } from './http-url.ts';

type ParsedOrigin =
  | { readonly kind: 'origin'; readonly origin: string }
  /** `message` continues a sentence that begins with the setting's name. */
  | { readonly kind: 'fault'; readonly message: string };

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The endpoint's scheme, host and port. Only https, or http on this machine: the secret would be readable on
 * its way.
 */
export function parseEndpointOrigin(text: string): ParsedOrigin {
  const url = parseHttpUrl(text);
  if (!url) return fault('is not an address such as https://ocr.example.com');
  if (url.protocol === 'http:' && !loopbackHosts.has(url.hostname)) {
    return fault('is not https, so the secret would travel in the clear');
  }
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') {
    return fault('has more than scheme, host and port');
  }
  return { kind: 'origin', origin: url.origin };
}

function fault(message: string): ParsedOrigin {
  return { kind: 'fault', message };
}
