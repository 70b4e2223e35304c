import * as z from 'zod';
import { parseKeyTemplate } from '../../functions/core/capture/key-template.ts';
import { parseEndpointOrigin } from '../../functions/core/contract/endpoint-origin.ts';
import { parseConfidence } from '../../functions/core/record/confidence.ts';

/**
 * A received message stays hidden for six time-outs of the function and the batching window, as AWS
 * recommends for a queue that feeds one.
 */
const visibilityTimeouts = 6;

/**
 * Visibility time-outs after which the oldest message is too old. SQS counts a message's age until its third
 * receive, and even a killed invocation hides it for one visibility time-out only.
 */
const oldestMessageVisibilityTimeouts = 3;

/**
 * Time for a picture besides its calls: 5 s for the fetch, 16 s for a record that DynamoDB throttles, and 9 s
 * for what follows a record that failed.
 */
export const bookkeepingMs = 30_000;

/** The longest time of preparing a picture that the endpoint does not take as it is. */
export const preparationMs = 10_000;

/**
 * 150 receives, each hidden so long, end within five days, because SQS keeps a message for only 14 days, with
 * its time in the dead-letter queue.
 */
const longestVisibilityTimeoutSeconds = 2880;

/** The retention periods that CloudWatch Logs accepts, in days. */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** S3's limit for the length of a bucket name. */
const longestBucketName = 63;

// The command line gives strings, serverless.yml numbers.
const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
};

/** Empty for no cap, or for the default of the chosen reader. */
const wholeNumberOrEmpty = (least: number, most: number) =>
  z.union(
    [z.literal(''), wholeNumber(least, most)],
    `must be a whole number from ${least} to ${most}, or empty`,
  );

/** What each kind of reader needs unless something else is given; docs/scale.md has the measurements. */
const defaultsOfReader = {
  // The wait for the endpoint is most of the time, and ten pictures share it.
  endpoint: { ocrConcurrency: 10, memorySizeMb: 768 },
  // One whole processor. While it reads one picture, the next is claimed and fetched.
  builtin: { ocrConcurrency: 2, memorySizeMb: 1769 },
} as const;

const confidence = z.coerce.string().transform((text, { issues }) => {
  const parsed = parseConfidence(text);
  if (parsed !== undefined) return parsed;
  issues.push({ code: 'custom', message: 'must be a number from 0 to 1, such as 0.8', input: text });
  return z.NEVER;
});

/**
 * Lambda takes 4 KB of environment for a function, so each text has its limit: that of a host name (253
 * characters) with scheme and port, and that of a key of S3.
 */
const longestOrigin = 300;
const longestKeyTemplateBytes = 1024;

/** EventBridge allows 2,048 characters for the whole pattern of a rule. */
const longestPrefix = 512;

const httpsOrigin = z.string().refine((text) => {
  const parsed = parseEndpointOrigin(text);
  return (
    parsed.kind === 'origin' &&
    parsed.origin === text &&
    text.startsWith('https:') &&
    text.length <= longestOrigin
  );
}, `must be an https origin such as https://ocr.example.com, of at most ${longestOrigin} characters`);

const keyTemplate = z.string().check(({ value, issues }) => {
  if (value === '') return;
  if (Buffer.byteLength(value) > longestKeyTemplateBytes) {
    const message = `must have at most ${longestKeyTemplateBytes} bytes, as a key of S3`;
    issues.push({ code: 'custom', message, input: value });
    return;
  }
  const parsed = parseKeyTemplate(value);
  if (parsed.kind === 'fault') issues.push({ code: 'custom', message: parsed.message, input: value });
});

const trueOrFalse = z
  .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
  .or(z.boolean());

/** Kinds of buckets and of access points that S3 marks by their names, and that send no such events. */
const otherBucketNames = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** By S3 User Guide, "General purpose bucket naming rules". */
const existingBucket = z
  .string()
  .refine(
    (name) =>
      name === '' ||
      (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
        !name.includes('..') &&
        !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
        !otherBucketNames.test(name)),
    'must be the name of a general purpose bucket of S3, or empty',
  );

/**
 * In a policy a wildcard or a variable would match other keys too, and IAM takes no Korean letters there.
 */
const existingBucketPrefix = z
  .string()
  .refine(
    (prefix) => /^[ -~]*$/.test(prefix) && !/[*?$]/.test(prefix) && prefix.length <= longestPrefix,
    `must have at most ${longestPrefix} characters of ASCII and none of *, ? and $`,
  );

const stage = z
  .string()
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, 'must consist of a-z, 0-9 and hyphens, and start with a letter');

const timeouts = z.object({
  // 41 s at least, for the shortest call, the preparation of its picture and the bookkeeping. A claim lasts until 60 s after the
  // time-out, so it ends before its message is visible again. 480 s at most, a sixth of the longest visibility
  // time-out.
  functionTimeoutSeconds: wholeNumber(41, longestVisibilityTimeoutSeconds / visibilityTimeouts),
  ocrTimeoutMs: wholeNumber(1000, 120_000),
  // Lambda's range for a queue.
  batchingWindowSeconds: wholeNumber(0, 300),
});

const parameters = z.object({
  ...timeouts.shape,
  reader: z.enum(['endpoint', 'general-ocr', 'builtin'], 'must be endpoint, general-ocr or builtin'),
  architecture: z.enum(['arm64', 'x86_64'], 'must be arm64 or x86_64'),
  // 28 at least: a message lives for 14 days and for 14 more after a redrive. Without its record a picture
  // would be paid for twice.
  retentionDays: wholeNumber(28, 3650),
  // DynamoDB's range for point-in-time recovery.
  recoveryDays: wholeNumber(1, 35),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => logRetentionDays.includes(days), `must be one of ${logRetentionDays.join(', ')}`),
  maximumConcurrency: wholeNumber(2, 1000),
  ocrConcurrency: wholeNumberOrEmpty(1, 10),
  // Ten pictures of 5 MB at once need up to 295 MB (test/bench), without TLS and Lambda's own processes.
  memorySizeMb: wholeNumberOrEmpty(512, 10_240),
  ocrBaseUrl: httpsOrigin,
  secretTtlSeconds: wholeNumber(1, 86_400),
  // A picture may need two calls, so less would let pictures wait for days.
  callCapPerDay: wholeNumberOrEmpty(10, 100_000_000),
  callCapPerMonth: wholeNumberOrEmpty(10, 100_000_000),
  existingBucket,
  existingBucketPrefix,
  keyTemplate,
  reviewBelowConfidence: confidence,
  keepCrops: trueOrFalse,
  privacy: trueOrFalse,
  events: trueOrFalse,
  webhookAddresses: z.enum(['public', 'any'], 'must be public or any'),
  eventPlates: z.enum(['plain', 'hashed'], 'must be plain or hashed'),
  alarmEmail: z.email('must be an e-mail address or empty').or(z.literal('')),
});

/** Regions in which S3 has no account-regional namespace (S3 User Guide, "Namespaces for general purpose buckets"). */
const regionsWithoutNamespace = ['me-south-1', 'me-central-1'];

const targetSchema = z.object({
  stage,
  region: z
    .string()
    .refine(
      (region) => !regionsWithoutNamespace.includes(region),
      'must be another region: S3 has no bucket names of one account only there',
    ),
});

const hiding = z.object({ privacy: trueOrFalse, keepCrops: trueOrFalse });

const ownership = z.object({ stage, existingBucket, existingBucketPrefix });

const deploymentSchema = z
  .object({ ...targetSchema.shape, ...parameters.shape })
  .refine(
    ({ functionTimeoutSeconds, ocrTimeoutMs }) =>
      functionTimeoutSeconds * 1000 >= ocrTimeoutMs + Math.max(ocrTimeoutMs, preparationMs) + bookkeepingMs,
    {
      path: ['functionTimeoutSeconds'],
      message:
        `must be at least ${bookkeepingMs / 1000} s, ocrTimeoutMs, and once more the longer of ocrTimeoutMs and ` +
        `${preparationMs / 1000} s: a picture may need two calls, or to be prepared`,
      when: ({ value }) => timeouts.safeParse(value).success,
    },
  )
  .refine(
    ({ functionTimeoutSeconds, batchingWindowSeconds }) =>
      visibilityTimeouts * functionTimeoutSeconds + batchingWindowSeconds <= longestVisibilityTimeoutSeconds,
    {
      path: ['batchingWindowSeconds'],
      message: `must leave room: it and ${visibilityTimeouts} times functionTimeoutSeconds may be ${longestVisibilityTimeoutSeconds} s at most`,
      when: ({ value }) => timeouts.safeParse(value).success,
    },
  )
  .refine(({ existingBucket: bucket, stage }) => !bucket.startsWith(`plateline-${stage}-`), {
    path: ['existingBucket'],
    message: 'must be a bucket that the stack does not own',
    when: ({ value }) => ownership.safeParse(value).success,
  })
  .refine(({ existingBucket: bucket, existingBucketPrefix: prefix }) => prefix === '' || bucket !== '', {
    path: ['existingBucketPrefix'],
    message: 'needs existingBucket',
    when: ({ value }) => ownership.safeParse(value).success,
  })
  .refine(({ privacy, keepCrops }) => !(privacy && keepCrops), {
    path: ['privacy'],
    message: 'does not go with keepCrops: a crop shows the plate',
    when: ({ value }) => hiding.safeParse(value).success,
  })
  .refine((deployment) => bucketName(deployment).length <= longestBucketName, {
    path: ['stage'],
    message: `makes a bucket name longer than ${longestBucketName} characters`,
    when: ({ value }) => targetSchema.safeParse(value).success,
  });

/** The names that `--param` accepts. */
export const parameterNames = Object.keys(parameters.shape);

export type Deployment = Omit<z.infer<typeof deploymentSchema>, 'ocrConcurrency' | 'memorySizeMb'> & {
  ocrConcurrency: number;
  memorySizeMb: number;
  /** The file of infra/read-plate with what only this kind of reader needs. */
  readerFile: 'asks-endpoint.yml' | 'reads-itself.yml';
  /** The file of infra/read-plate with the right to store crops, or without it. */
  cropsFile: 'keeps-crops.yml' | 'keeps-no-crops.yml';
  /** The file of infra/read-plate with the rights to hide plates, or without them. */
  privacyFile: 'hides-plates.yml' | 'hides-no-plates.yml';
  /** The file of infra with what pictures come from, and the key of its senders in queue-policies.yml. */
  pictureSource: 'own-bucket-only' | 'existing-bucket';
  /** The pattern of EventBridge for the keys of `existingBucket`. */
  existingBucketKeys: readonly ({ prefix: string } | { exists: true })[];
  visibilityTimeoutSeconds: number;
  oldestMessageAlarmSeconds: number;
  functionErrorsPeriodSeconds: number;
  /**
   * A first deployment that fails deletes its bucket, so that the next can create it again. Its tables stay.
   */
  deletionPolicy: 'Delete' | 'RetainExceptOnCreate';
  updateReplacePolicy: 'Delete' | 'Retain';
  deletionProtectionEnabled: boolean;
};

/**
 * Checks stage, region and parameters, and adds what follows from them. Each fault begins with a parameter's
 * name.
 */
export function parseDeployment(
  target: Readonly<Record<'stage' | 'region', unknown>>,
  given: Readonly<Record<string, unknown>>,
): { kind: 'deployment'; deployment: Deployment } | { kind: 'faults'; faults: string[] } {
  const values = { ...given, ...target };
  const unknownNames = Object.keys(given).filter((name) => !parameterNames.includes(name));
  const parsed = deploymentSchema.safeParse(values);
  if (!parsed.success || unknownNames.length > 0) {
    const issues = parsed.error?.issues ?? [];
    return {
      kind: 'faults',
      faults: [...unknownNames.map(describeName), ...issues.map((issue) => describe(issue, values))],
    };
  }
  const { reader, ocrConcurrency, memorySizeMb } = parsed.data;
  const isBuiltIn = reader === 'builtin';
  const defaults = defaultsOfReader[isBuiltIn ? 'builtin' : 'endpoint'];
  // Lambda gathers received messages during the window, while they are hidden.
  const visibilityTimeoutSeconds =
    visibilityTimeouts * parsed.data.functionTimeoutSeconds + parsed.data.batchingWindowSeconds;
  const keepsData = parsed.data.stage !== 'dev';
  return {
    kind: 'deployment',
    deployment: {
      ...parsed.data,
      ocrConcurrency: ocrConcurrency === '' ? defaults.ocrConcurrency : ocrConcurrency,
      memorySizeMb: memorySizeMb === '' ? defaults.memorySizeMb : memorySizeMb,
      readerFile: isBuiltIn ? 'reads-itself.yml' : 'asks-endpoint.yml',
      cropsFile: parsed.data.keepCrops ? 'keeps-crops.yml' : 'keeps-no-crops.yml',
      privacyFile: parsed.data.privacy ? 'hides-plates.yml' : 'hides-no-plates.yml',
      pictureSource: parsed.data.existingBucket === '' ? 'own-bucket-only' : 'existing-bucket',
      existingBucketKeys:
        parsed.data.existingBucketPrefix === ''
          ? [{ exists: true }]
          : [{ prefix: parsed.data.existingBucketPrefix }],
      visibilityTimeoutSeconds,
      functionErrorsPeriodSeconds: wholeMinutes(
        visibilityTimeoutSeconds + parsed.data.functionTimeoutSeconds + 60,
      ),
      oldestMessageAlarmSeconds: oldestMessageVisibilityTimeouts * visibilityTimeoutSeconds,
      deletionPolicy: keepsData ? 'RetainExceptOnCreate' : 'Delete',
      updateReplacePolicy: keepsData ? 'Retain' : 'Delete',
      deletionProtectionEnabled: keepsData,
    },
  };
}

/** CloudWatch takes periods of whole minutes. */
function wholeMinutes(seconds: number): number {
  return 60 * Math.ceil(seconds / 60);
}

/** The name in bucket.yml, with the 12 digits of an account. */
function bucketName({ stage, region }: z.infer<typeof targetSchema>): string {
  return `plateline-${stage}-pictures-${'0'.repeat(12)}-${region}-an`;
}

function describeName(name: string): string {
  const instead = Object.hasOwn(targetSchema.shape, name) ? `; use --${name} instead` : '';
  return `${name} is not a parameter${instead}`;
}

/** Characters of a faulty value that its fault shows. */
const longestShownValue = 200;

function describe(issue: z.core.$ZodIssue, values: Readonly<Record<string, unknown>>): string {
  const name = issue.path.join('.');
  const value = JSON.stringify(values[name] ?? null);
  const shown = value.length > longestShownValue ? `${value.slice(0, longestShownValue)}…` : value;
  return `${name} ${issue.message}; it is ${shown}`;
}
