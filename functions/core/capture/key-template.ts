import { koreaZone, utcMomentOfLocal } from './utc-moment.ts';

/**
 * Reads camera and time from an object's key, e.g. by `{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.jpg`. `*`
 * matches anything within one folder level, and `{zone}` matches `Z`, `+09:00` or `+0900`. Without a zone,
 * times are Korea's (UTC+9, no summer time).
 */
export type KeyTemplate = (key: string) => CaptureFromKey;

/** A property is absent where the template has no such field; all are absent where the key does not match. */
export type CaptureFromKey = {
  readonly camera?: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly capturedAt?: string;
};

type ParsedKeyTemplate =
  | { readonly kind: 'template'; readonly match: KeyTemplate }
  | { readonly kind: 'fault'; readonly message: string };

const fieldPatterns = new Map([
  ['camera', '[^/]+'],
  ['yyyy', '\\d{4}'],
  ['MM', '\\d{2}'],
  ['dd', '\\d{2}'],
  ['HH', '\\d{2}'],
  ['mm', '\\d{2}'],
  ['ss', '\\d{2}'],
  ['zone', 'Z|[+-]\\d{2}:?\\d{2}'],
]);

/** A template with a time needs all of these. */
const momentFields = ['yyyy', 'MM', 'dd', 'HH', 'mm'];

/**
 * With three in one folder level, matching a hostile key of 1,024 characters takes seconds. Several levels
 * only add up.
 */
const maxOpenPiecesPerLevel = 2;

export function parseKeyTemplate(template: string): ParsedKeyTemplate {
  const pieces = piecesOf(template);
  const fields = pieces
    .filter((piece) => piece.length > 2 && piece.startsWith('{'))
    .map((piece) => piece.slice(1, -1));

  const unknown = pieces
    .filter((piece) => /^[{}]/.test(piece))
    .find((piece) => !fieldPatterns.has(piece.slice(1, -1)));
  if (unknown !== undefined) {
    const known = [...fieldPatterns.keys()].map((field) => `{${field}}`).join(' ');
    return fault(`has an unknown field in braces; the fields are ${known}`);
  }
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined) return fault(`has {${twice}} twice`);

  const timeFields = fields.filter((field) => field !== 'camera');
  const missing = momentFields.filter((field) => !fields.includes(field));
  if (fields.length === 0) return fault('has neither {camera} nor a time');
  if (timeFields.length > 0 && missing.length > 0) {
    return fault(`has a time without ${missing.map((field) => `{${field}}`).join(' ')}`);
  }
  const crowded = template
    .split('/')
    .some((level) => (level.match(/\*|\{camera\}/g) ?? []).length > maxOpenPiecesPerLevel);
  if (crowded) return fault(`has more than ${maxOpenPiecesPerLevel} of * and {camera} between two slashes`);

  // One pattern for all levels would multiply their ways to match.
  const levels = template
    .split('/')
    .map((level) => new RegExp(`^${piecesOf(level).map(patternOf).join('')}$`, 'u'));
  return { kind: 'template', match: (key) => captureFrom(fieldsOf(key.split('/'), levels)) };
}

function piecesOf(template: string): readonly string[] {
  return template.match(/\{[^{}]*\}|\*|[^{}*]+|[{}]/g) ?? [];
}

function patternOf(piece: string): string {
  if (piece === '*') return '[^/]*';
  const field = piece.slice(1, -1);
  const fieldPattern = piece.startsWith('{') ? fieldPatterns.get(field) : undefined;
  return fieldPattern === undefined ? RegExp.escape(piece) : `(?<${field}>${fieldPattern})`;
}

/** Empty where a level does not match. */
function fieldsOf(folders: readonly string[], levels: readonly RegExp[]): Partial<Record<string, string>> {
  if (folders.length !== levels.length) return {};
  const matches = levels.map((level, index) => level.exec(folders[index] ?? ''));
  if (matches.includes(null)) return {};
  return Object.fromEntries(matches.flatMap((match) => Object.entries(match?.groups ?? {})));
}

function captureFrom(fields: Partial<Record<string, string>>): CaptureFromKey {
  const { camera, yyyy, MM, dd, HH, mm, ss = '00', zone = koreaZone } = fields;
  const local = `${yyyy}-${MM}-${dd}T${HH}:${mm}:${ss}.000`;
  const capturedAt = utcMomentOfLocal(local, zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2'));
  return { ...(camera ? { camera } : {}), ...(capturedAt ? { capturedAt } : {}) };
}

function fault(message: string): ParsedKeyTemplate {
  return { kind: 'fault', message };
}
