/** The URL of an HTTP server; undefined where the text is not one. */
export function parseHttpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}
