import * as z from 'zod/mini';

const name = z.string('is missing').check(z.minLength(1, 'is missing'));

const environmentSchema = z.object({
  WEBHOOKS_TABLE: name,
  /** The parameters below it have the URLs and secrets. */
  WEBHOOKS_PATH: name,
  WEBHOOK_ADDRESSES: z.enum(['public', 'any'], 'must be public or any'),
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
