/** The canaries: each may occur in one place only, and looks like nothing else. */
export const secret = 'sKq7ZwTn4XcVb9LmRf2Jd6Hy8Gp3Uo5E';
export const appKey = 'aWv8NxPd3QjKt6CrYz4MgBs7Fh9Le2Iu';
export const plate = '펬8642뷁9753';
/** Has a letter of no plate, and an S where a digit stands. */
export const plateToCorrect = '86뷁97S3';
/** Its owner may name a camera after a plate: the name goes into the tables, and nowhere else. */
export const cameraName = `정문 ${plate}`;

/** As a text may come out when it is quoted, cut, encoded or garbled on its way. */
function formsOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary);
  const letters = canary.split('');
  const swapCase = (letter: string) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  // A parser quotes no more than some ten characters of either side of what it did not understand, and a
  // plate's fault one syllable.
  const pieceLength = 6;
  const syllables = letters.filter((letter) => !/[ -~]/.test(letter));
  const pieces =
    syllables.length > 0
      ? [...syllables, ...syllables.map(encodeURIComponent)]
      : Array.from({ length: canary.length - pieceLength + 1 }, (_, start) =>
          canary.slice(start, start + pieceLength),
        );
  // The letters of Base64 at either end depend on what is next to the text.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : offset + 1, -1),
  );
  const plain = [
    canary,
    letters.map(swapCase).join(''),
    letters.toReversed().join(''),
    ...pieces,
    bytes.toString('latin1'),
    encodeURIComponent(canary),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    letters.map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    canary.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`),
  ].map((text) => Buffer.from(text).toString('latin1'));
  const utf16 = Buffer.from(canary, 'utf16le');
  return [...plain, utf16.toString('latin1'), Buffer.from(utf16).swap16().toString('latin1')].map((form) =>
    form.toLowerCase(),
  );
}

const canaryForms = { secret: formsOf(secret), 'app key': formsOf(appKey), plate: formsOf(plate) };
type Canary = keyof typeof canaryForms;

/** Which canaries occur in these bytes, in whatever form. */
export function canariesIn(...parts: readonly (string | Uint8Array)[]): Canary[] {
  const text = parts.map((part) => Buffer.from(part).toString('latin1').toLowerCase()).join('\n');
  const found: Canary[] = [];
  for (const canary of ['secret', 'app key', 'plate'] as const) {
    if (canaryForms[canary].some((form) => text.includes(form))) found.push(canary);
  }
  return found;
}

/** All three, as a careless service might say them back. */
export const gossip = `secret=${secret} appKey=${appKey} plate=${plate}`;
