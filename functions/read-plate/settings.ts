import * as z from 'zod/mini';
import { parseKeyTemplate, type KeyTemplate } from '../core/capture/key-template.ts';
import { parseEndpointOrigin } from '../core/contract/endpoint-origin.ts';
import type { OcrApi } from '../core/contract/reply.ts';
import { defaultReviewBelowConfidence, type RecordSettings } from '../core/record/build-record.ts';
import { parseConfidence } from '../core/record/confidence.ts';
import { noCap, type CallCaps } from '../core/spend/call-cap.ts';
import type { PrivacySettings } from './plate-hider.ts';

/** The settings of the function from its environment; docs/settings.md lists the names. */
export type Settings = RecordSettings & {
  readonly readingsTable: string;
  readonly usageTable: string;
  /** What reads the pictures, with what it needs. */
  readonly reader: { readonly kind: 'builtin' } | ({ readonly kind: 'endpoint' } & EndpointSettings);
  /** The longest time of one call to the endpoint, or of one picture in the built-in reader. */
  readonly ocrTimeoutMs: number;
  /** Pictures that one invocation reads at a time. */
  readonly ocrConcurrency: number;
  readonly keyTemplate: KeyTemplate | undefined;
  /** The bucket for crops; undefined where none are kept. */
  readonly cropsBucket: string | undefined;
  /** Undefined where all plates are kept as they are. */
  readonly privacy: PrivacySettings | undefined;
};

type EndpointSettings = {
  readonly ocrApi: OcrApi;
  /** Scheme, host and port of the vehicle-plate endpoint. */
  readonly ocrOrigin: string;
  readonly appKeyParameter: string;
  readonly secretKeyParameter: string;
  readonly secretTtlMs: number;
  /** Undefined where calls are not limited. */
  readonly callCaps: CallCaps | undefined;
};

/** The environment is unusable; `message` names every fault. Code `SETTINGS`. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS';
}

const wholeNumber = (least: number, most: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/, 'is not a whole number')),
    z.pipe(
      z.transform(Number),
      z.number().check(z.gte(least, `is less than ${least}`), z.lte(most, `is more than ${most}`)),
    ),
  );

const confidence = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const parsed = parseConfidence(text);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: 'custom', message: 'is not a number from 0 to 1, such as 0.8', input: text });
    return z.NEVER;
  }),
);

const name = z.string('is missing').check(z.minLength(1, 'is missing'));
const parameterName = name.check(
  z.regex(/^\/[\w./-]+$/, 'is not a parameter name such as /plateline/prod/app-key'),
);

const origin = z.pipe(
  z._default(z.string(), 'https://ocr.api.nhncloudservice.com'),
  z.transform((text, context) => {
    const parsed = parseEndpointOrigin(text);
    if (parsed.kind === 'origin') return parsed.origin;
    context.issues.push({ code: 'custom', message: parsed.message, input: text });
    return z.NEVER;
  }),
);

const keyTemplate = z.pipe(
  z._default(z.string(), ''),
  z.transform((text, context) => {
    if (text === '') return undefined;
    const parsed = parseKeyTemplate(text);
    if (parsed.kind === 'template') return parsed.match;
    context.issues.push({ code: 'custom', message: parsed.message, input: text });
    return z.NEVER;
  }),
);

const trueOrFalse = z._default(z.enum(['true', 'false'], 'is not true or false'), 'false');

const commonSchema = z
  .object({
    READER: z._default(
      z.enum(['endpoint', 'general-ocr', 'builtin'], 'is not endpoint, general-ocr or builtin'),
      'endpoint',
    ),
    READINGS_TABLE: name,
    USAGE_TABLE: name,
    OCR_TIMEOUT_MS: z._default(wholeNumber(100, 120_000), 15_000),
    OCR_CONCURRENCY: z._default(wholeNumber(1, 10), 10),
    RETENTION_DAYS: z._default(wholeNumber(1, 3650), 90),
    KEY_TEMPLATE: keyTemplate,
    REVIEW_BELOW_CONFIDENCE: z._default(confidence, defaultReviewBelowConfidence),
    KEEP_CROPS: trueOrFalse,
    CROPS_BUCKET: z._default(z.string(), ''),
    PRIVACY: trueOrFalse,
    LISTS_TABLE: z._default(z.string(), ''),
    HASH_KEY_PARAMETER: z._default(z.string(), ''),
  })
  .check(
    z.refine(({ KEEP_CROPS, CROPS_BUCKET }) => KEEP_CROPS === 'false' || CROPS_BUCKET !== '', {
      path: ['CROPS_BUCKET'],
      error: 'is missing',
    }),
    z.refine(({ PRIVACY, LISTS_TABLE }) => PRIVACY === 'false' || LISTS_TABLE !== '', {
      path: ['LISTS_TABLE'],
      error: 'is missing',
    }),
    z.refine(({ PRIVACY, HASH_KEY_PARAMETER }) => PRIVACY === 'false' || HASH_KEY_PARAMETER !== '', {
      path: ['HASH_KEY_PARAMETER'],
      error: 'is missing',
    }),
  );

/** Empty for no cap. */
const callCap = z._default(
  z.union([z.literal(''), wholeNumber(1, 100_000_000)], 'is neither empty nor from 1 to 100000000'),
  '',
);

const endpointSchema = z.object({
  OCR_BASE_URL: origin,
  APP_KEY_PARAMETER: parameterName,
  SECRET_KEY_PARAMETER: parameterName,
  SECRET_TTL_SECONDS: z._default(wholeNumber(0, 86_400), 300),
  CALL_CAP_PER_DAY: callCap,
  CALL_CAP_PER_MONTH: callCap,
});

/** Reads the settings; throws a SettingsError that names every fault at once. */
export function readSettings(environment: Readonly<Partial<Record<string, string>>>): Settings {
  const common = commonSchema.safeParse(environment);
  // The built-in reader needs no address and no keys.
  const endpoint = environment['READER'] === 'builtin' ? undefined : endpointSchema.safeParse(environment);
  if (!common.success || endpoint?.success === false) {
    const issues = [...(common.error?.issues ?? []), ...(endpoint?.error?.issues ?? [])];
    const faults = issues.map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`);
    throw new SettingsError(`The function's settings are not usable: ${faults.join('; ')}.`);
  }
  const settings = common.data;
  return {
    readingsTable: settings.READINGS_TABLE,
    usageTable: settings.USAGE_TABLE,
    reader: endpoint
      ? { kind: 'endpoint', ocrApi: ocrApiOf(settings.READER), ...endpointSettings(endpoint.data) }
      : { kind: 'builtin' },
    ocrTimeoutMs: settings.OCR_TIMEOUT_MS,
    ocrConcurrency: settings.OCR_CONCURRENCY,
    retentionDays: settings.RETENTION_DAYS,
    keyTemplate: settings.KEY_TEMPLATE,
    reviewBelowConfidence: settings.REVIEW_BELOW_CONFIDENCE,
    cropsBucket: settings.KEEP_CROPS === 'true' ? settings.CROPS_BUCKET : undefined,
    privacy:
      settings.PRIVACY === 'true'
        ? { listsTable: settings.LISTS_TABLE, hashKeyParameter: settings.HASH_KEY_PARAMETER }
        : undefined,
  };
}

function ocrApiOf(reader: z.infer<typeof commonSchema>['READER']): OcrApi {
  return reader === 'general-ocr' ? 'general' : 'vehicle-plate';
}

function endpointSettings(settings: z.infer<typeof endpointSchema>): Omit<EndpointSettings, 'ocrApi'> {
  return {
    ocrOrigin: settings.OCR_BASE_URL,
    appKeyParameter: settings.APP_KEY_PARAMETER,
    secretKeyParameter: settings.SECRET_KEY_PARAMETER,
    secretTtlMs: settings.SECRET_TTL_SECONDS * 1000,
    callCaps: callCapsOf(settings.CALL_CAP_PER_DAY, settings.CALL_CAP_PER_MONTH),
  };
}

function callCapsOf(perDay: number | '', perMonth: number | ''): CallCaps | undefined {
  if (perDay === '' && perMonth === '') return undefined;
  return { perDay: perDay === '' ? noCap : perDay, perMonth: perMonth === '' ? noCap : perMonth };
}
