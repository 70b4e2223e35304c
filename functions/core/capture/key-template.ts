import { keyLevelOf, type KeyFields, type KeyLevel } from './key-level.ts';
import { koreaZone, parseZone, utcMomentOfLocal, type StatedMoment } from './utc-moment.ts';

/**
 * Reads camera and time from an object's key, e.g. by `{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.jpg`; undefined
 * where the key does not match. `*` matches anything within one folder level, and the case of the file's
 * extension does not matter. Without `{zone}`, times are Korea's (UTC+9, no summer time).
 */
export type KeyTemplate = (key: string) => CaptureFromKey | undefined;

/** A property is absent where the template has no such field. */
type CaptureFromKey = { readonly camera?: string; readonly capturedAt?: StatedMoment };

type ParsedKeyTemplate =
  | { readonly kind: 'template'; readonly match: KeyTemplate }
  | { readonly kind: 'fault'; readonly message: string };

/** The fields of a template, and how their texts look. `*` is no field; it has no name. */
const fieldPatterns: ReadonlyMap<string, RegExp> = new Map([
  ['camera', /^.+$/su],
  ['yyyy', /^\d{4}$/],
  ['yy', /^\d{2}$/],
  ['MM', /^\d{2}$/],
  ['M', /^\d{1,2}$/],
  ['dd', /^\d{2}$/],
  ['d', /^\d{1,2}$/],
  ['HH', /^\d{2}$/],
  ['mm', /^\d{2}$/],
  ['ss', /^\d{2}$/],
  // Seconds or milliseconds since 1970.
  ['epoch', /^\d{10}(\d{3})?$/],
  ['zone', /^(Z|[+-]\d{2}:?\d{2})$/],
]);

/** A template with a time needs one of each, unless it has `{epoch}`. */
const momentFields: readonly (readonly string[])[] = [
  ['yyyy', 'yy'],
  ['MM', 'M'],
  ['dd', 'd'],
  ['HH'],
  ['mm'],
];

export function parseKeyTemplate(template: string): ParsedKeyTemplate {
  const pieces = piecesOf(template.normalize('NFC'));
  const unknown = pieces.find((piece) => /^[{}]/.test(piece) && !fieldPatterns.has(piece.slice(1, -1)));
  if (unknown !== undefined) {
    const known = [...fieldPatterns.keys()].map((field) => `{${field}}`).join(' ');
    return fault(`has an unknown field in braces; the fields are ${known}`);
  }
  const message = faultOfFields(
    pieces.filter((piece) => piece.startsWith('{')).map((piece) => piece.slice(1, -1)),
  );
  if (message !== undefined) return fault(message);

  const levels = template
    .normalize('NFC')
    .split('/')
    .map((level, index, { length }) => {
      const isFile = index === length - 1;
      return keyLevelOf(piecesOf(level), { fieldPatterns, extensionInAnyCase: isFile });
    });
  return {
    kind: 'template',
    match: (key) => {
      const fields = fieldsOf(key.normalize('NFC').split('/'), levels);
      return fields && captureFrom(fields);
    },
  };
}

function piecesOf(template: string): readonly string[] {
  return template.match(/\{[^{}]*\}|\*|[^{}*]+|[{}]/g) ?? [];
}

/** What is wrong with the fields together, in a sentence without its subject. */
function faultOfFields(fields: readonly string[]): string | undefined {
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined) return `has {${twice}} twice`;
  if (fields.length === 0) return 'has neither {camera} nor a time';
  const timeFields = fields.filter((field) => field !== 'camera');
  if (timeFields.includes('epoch')) {
    return timeFields.length === 1 ? undefined : 'has {epoch} and another time';
  }
  const twofold = momentFields.find(
    (names) => names.length > 1 && names.every((name) => fields.includes(name)),
  );
  if (twofold) return `has both ${twofold.map((name) => `{${name}}`).join(' and ')}`;
  const missing = momentFields.filter((names) => !names.some((name) => fields.includes(name)));
  if (timeFields.length === 0 || missing.length === 0) return undefined;
  return `has a time without ${missing.map(([name]) => `{${name}}`).join(' ')}`;
}

function fieldsOf(folders: readonly string[], levels: readonly KeyLevel[]): KeyFields | undefined {
  if (folders.length !== levels.length) return undefined;
  let fields: KeyFields = {};
  for (const [index, level] of levels.entries()) {
    const ofLevel = level(folders[index] ?? '');
    if (ofLevel === undefined) return undefined;
    fields = { ...fields, ...ofLevel };
  }
  return fields;
}

function captureFrom(fields: KeyFields): CaptureFromKey {
  const { camera } = fields;
  const capturedAt = momentFrom(fields);
  return { ...(camera ? { camera } : {}), ...(capturedAt ? { capturedAt } : {}) };
}

/** Undefined where the template has no time. */
function momentFrom(fields: KeyFields): StatedMoment | undefined {
  const { epoch, yy, HH, mm, ss = '00', zone: zoneText } = fields;
  if (epoch !== undefined) {
    return { text: epoch, moment: new Date(Number(epoch.padEnd(13, '0'))).toISOString() };
  }
  const yyyy = fields['yyyy'] ?? (yy && `20${yy}`);
  if (yyyy === undefined) return undefined;
  const MM = (fields['MM'] ?? fields['M'] ?? '').padStart(2, '0');
  const dd = (fields['dd'] ?? fields['d'] ?? '').padStart(2, '0');
  const local = `${yyyy}-${MM}-${dd}T${HH}:${mm}:${ss}.000`;
  const zone = zoneText === undefined ? koreaZone : parseZone(zoneText);
  return { text: `${local}${zoneText ?? ''}`, moment: zone && utcMomentOfLocal(local, zone) };
}

function fault(message: string): ParsedKeyTemplate {
  return { kind: 'fault', message };
}
