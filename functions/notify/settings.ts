import * as z from 'zod/mini';
import { parseJson } from '../core/message/parse-json.ts';
import { parseSiteSettings } from '../core/visit/site-settings.ts';

const name = z.string('is missing').check(z.minLength(1, 'is missing'));

const sites = z.pipe(
  name,
  z.transform((text, context) => {
    const parsed = parseSiteSettings(parseJson(text));
    if (parsed.kind === 'settings') return parsed.settings;
    context.issues.push({ code: 'custom', message: parsed.faults.join(' '), input: text });
    return z.NEVER;
  }),
);

const environmentSchema = z.object({
  STAGE: name,
  READINGS_TABLE: name,
  USAGE_TABLE: name,
  VISITS_TABLE: name,
  LISTS_TABLE: name,
  EVENTS_TOPIC: name,
  EVENT_PLATES: z.enum(['plain', 'hashed'], 'must be plain or hashed'),
  HASH_KEY_PARAMETER: name,
  RETENTION_DAYS: z.pipe(z.string(), z.transform(Number)),
  SITES: sites,
});

/** The environment is unusable; `message` names every fault. Code `SETTINGS`. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS';
}

/** Reads the settings of the function; throws a SettingsError that names every fault at once. */
export function readSettings(environment: Readonly<Partial<Record<string, string>>>) {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`);
  throw new SettingsError(`The function's settings are not usable: ${faults.join('; ')}.`);
}
