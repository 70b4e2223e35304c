import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { readSettings, SettingsError } from '../../../functions/read-plate/settings.ts';

const required = {
  READINGS_TABLE: 'plateline-prod-readings',
  USAGE_TABLE: 'plateline-prod-usage',
  APP_KEY_PARAMETER: '/plateline/prod/app-key',
  SECRET_KEY_PARAMETER: '/plateline/prod/secret-key',
};

function faultsOf(environment: Readonly<Record<string, string>>): string {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.equal(error.code, 'SETTINGS');
    return error.message;
  }
  assert.fail('The settings were accepted.');
}

test('an unset setting has its default', () => {
  assert.deepEqual(readSettings(required), {
    readingsTable: 'plateline-prod-readings',
    usageTable: 'plateline-prod-usage',
    reader: {
      kind: 'endpoint',
      ocrApi: 'vehicle-plate',
      ocrOrigin: 'https://ocr.api.nhncloudservice.com',
      appKeyParameter: '/plateline/prod/app-key',
      secretKeyParameter: '/plateline/prod/secret-key',
      secretTtlMs: 300_000,
      callCaps: undefined,
    },
    ocrTimeoutMs: 15_000,
    ocrConcurrency: 10,
    retentionDays: 90,
    keyTemplate: undefined,
    reviewBelowConfidence: 0.8,
    cropsBucket: undefined,
    privacy: undefined,
  });
});

test('a setting is used in the unit of its name', () => {
  const settings = readSettings({
    ...required,
    OCR_BASE_URL: 'https://ocr.example.com:8443/',
    SECRET_TTL_SECONDS: '60',
    OCR_TIMEOUT_MS: '5000',
    OCR_CONCURRENCY: '3',
    RETENTION_DAYS: '30',
    REVIEW_BELOW_CONFIDENCE: '0.95',
  });
  const { reader, ocrTimeoutMs, ocrConcurrency, retentionDays, reviewBelowConfidence } = settings;
  assert.deepEqual(
    { reader, ocrTimeoutMs, ocrConcurrency, retentionDays, reviewBelowConfidence },
    {
      reader: {
        kind: 'endpoint',
        ocrApi: 'vehicle-plate',
        ocrOrigin: 'https://ocr.example.com:8443',
        appKeyParameter: '/plateline/prod/app-key',
        secretKeyParameter: '/plateline/prod/secret-key',
        secretTtlMs: 60_000,
        callCaps: undefined,
      },
      ocrTimeoutMs: 5000,
      ocrConcurrency: 3,
      retentionDays: 30,
      reviewBelowConfidence: 0.95,
    },
  );
});

test('the built-in reader needs neither address nor keys, and takes none', () => {
  const { reader } = readSettings({
    READER: 'builtin',
    READINGS_TABLE: 'plateline-prod-readings',
    USAGE_TABLE: 'plateline-prod-usage',
    OCR_BASE_URL: 'no address',
    APP_KEY_PARAMETER: 'no parameter',
  });
  assert.deepEqual(reader, { kind: 'builtin' });
});

test('a cap on calls can be of the day, of the month, or of both', () => {
  const capsOf = (environment: Readonly<Record<string, string>>) => {
    const { reader } = readSettings({ ...required, ...environment });
    return reader.kind === 'endpoint' ? reader.callCaps : undefined;
  };
  const none = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(capsOf({ CALL_CAP_PER_DAY: '', CALL_CAP_PER_MONTH: '' }), undefined);
  assert.deepEqual(capsOf({ CALL_CAP_PER_DAY: '500' }), { perDay: 500, perMonth: none });
  assert.deepEqual(capsOf({ CALL_CAP_PER_MONTH: '9000' }), { perDay: none, perMonth: 9000 });
  assert.deepEqual(capsOf({ READER: 'general-ocr', CALL_CAP_PER_DAY: '5', CALL_CAP_PER_MONTH: '90' }), {
    perDay: 5,
    perMonth: 90,
  });
});

test('General OCR has the address and the keys of the endpoint', () => {
  const { reader } = readSettings({ ...required, READER: 'general-ocr' });
  assert.deepEqual(reader, { ...readSettings(required).reader, ocrApi: 'general' });
});

test('crops are kept only where they are wanted and have a bucket', () => {
  const inBucket = { ...required, CROPS_BUCKET: 'plateline-prod-crops' };
  assert.equal(readSettings({ ...inBucket, KEEP_CROPS: 'true' }).cropsBucket, 'plateline-prod-crops');
  assert.equal(readSettings({ ...inBucket, KEEP_CROPS: 'false' }).cropsBucket, undefined);
  assert.match(faultsOf({ ...required, KEEP_CROPS: 'true' }), /: CROPS_BUCKET is missing\.$/);
});

test('plates are hidden only where that is wanted, with lists and a key', () => {
  const listsTable = 'plateline-prod-lists';
  const hashKeyParameter = '/plateline/prod/hash-key';
  const named = { ...required, LISTS_TABLE: listsTable, HASH_KEY_PARAMETER: hashKeyParameter };
  assert.deepEqual(readSettings({ ...named, PRIVACY: 'true' }).privacy, { listsTable, hashKeyParameter });
  assert.equal(readSettings({ ...named, PRIVACY: 'false' }).privacy, undefined);
  assert.match(
    faultsOf({ ...required, PRIVACY: 'true' }),
    /: LISTS_TABLE is missing; HASH_KEY_PARAMETER is missing\.$/,
  );
});

test('an unknown reader is a fault', () => {
  assert.match(
    faultsOf({ ...required, READER: 'tesseract' }),
    /: READER is not endpoint, general-ocr or builtin\.$/,
  );
});

test('a key template is ready to match', () => {
  const { keyTemplate } = readSettings({ ...required, KEY_TEMPLATE: '{camera}/*' });
  assert.deepEqual(keyTemplate?.('gate/1.jpg'), { camera: 'gate' });
});

test('an empty key template is none', () => {
  assert.equal(readSettings({ ...required, KEY_TEMPLATE: '' }).keyTemplate, undefined);
});

test('one message has all faults, each with the name of its setting', () => {
  const faults = faultsOf({
    APP_KEY_PARAMETER: 'app-key',
    OCR_BASE_URL: 'ftp://ocr.example.com',
    SECRET_TTL_SECONDS: '5 min',
    OCR_TIMEOUT_MS: '99',
    OCR_CONCURRENCY: '0',
    RETENTION_DAYS: '3651',
    KEY_TEMPLATE: 'pictures/*',
    REVIEW_BELOW_CONFIDENCE: '80%',
  });
  assert.equal(
    faults,
    "The function's settings are not usable: READINGS_TABLE is missing; USAGE_TABLE is missing; " +
      'OCR_TIMEOUT_MS is less than 100; ' +
      'OCR_CONCURRENCY is less than 1; RETENTION_DAYS is more than 3650; ' +
      'KEY_TEMPLATE has neither {camera} nor a time; ' +
      'REVIEW_BELOW_CONFIDENCE is not a number from 0 to 1, such as 0.8; ' +
      'OCR_BASE_URL is not an address such as https://ocr.example.com; ' +
      'APP_KEY_PARAMETER is not a parameter name such as /plateline/prod/app-key; ' +
      'SECRET_KEY_PARAMETER is missing; ' +
      'SECRET_TTL_SECONDS is not a whole number.',
  );
});

test('no value is quoted, since a secret may be in the wrong setting', () => {
  const canary = 'CANARY';
  const faults = faultsOf({
    READINGS_TABLE: '',
    APP_KEY_PARAMETER: canary,
    SECRET_KEY_PARAMETER: canary,
    OCR_BASE_URL: `https://${canary}:${canary}@ocr.example.com/${canary}`,
    SECRET_TTL_SECONDS: canary,
    OCR_TIMEOUT_MS: canary,
    OCR_CONCURRENCY: canary,
    RETENTION_DAYS: canary,
    KEY_TEMPLATE: canary,
    REVIEW_BELOW_CONFIDENCE: canary,
  });
  assert.doesNotMatch(faults, /canary/i);
});

describe('a number outside its bounds is a fault:', () => {
  for (const [name, value] of [
    ['SECRET_TTL_SECONDS', '86401'],
    ['SECRET_TTL_SECONDS', '-1'],
    ['OCR_TIMEOUT_MS', '120001'],
    ['OCR_CONCURRENCY', '101'],
    ['OCR_CONCURRENCY', '1.5'],
    ['OCR_CONCURRENCY', ''],
    ['RETENTION_DAYS', '0'],
    ['CALL_CAP_PER_DAY', '0'],
    ['CALL_CAP_PER_MONTH', '1.5'],
    ['RETENTION_DAYS', '1e2'],
    ['REVIEW_BELOW_CONFIDENCE', '1.1'],
    ['REVIEW_BELOW_CONFIDENCE', '-0.1'],
    ['REVIEW_BELOW_CONFIDENCE', ''],
  ] as const) {
    test(`${name}=${value}`, () => {
      assert.match(faultsOf({ ...required, [name]: value }), new RegExp(`: ${name} is [^;]+\\.$`));
    });
  }
});

describe('plain http stays on this machine:', () => {
  for (const url of ['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010']) {
    test(url, () => {
      const { reader } = readSettings({ ...required, OCR_BASE_URL: url });
      assert.equal(reader.kind === 'endpoint' && reader.ocrOrigin, url);
    });
  }
});

describe('the secret would travel in the clear, and is not sent, to', () => {
  for (const url of [
    'http://ocr.api.nhncloudservice.com',
    'http://localhost.example.com',
    'http://127.0.0.2',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'HTTP://ocr.example.com',
  ]) {
    test(url, () => {
      assert.match(faultsOf({ ...required, OCR_BASE_URL: url }), /OCR_BASE_URL is not https/);
    });
  }
});

describe('an address is scheme, host and port, and nothing more:', () => {
  for (const url of [
    'https://ocr.example.com/v1.0',
    'https://ocr.example.com/?a=b',
    'https://ocr.example.com/#a',
    'https://user@ocr.example.com',
    'https://user:password@ocr.example.com',
    'http://user:password@localhost',
  ]) {
    test(url, () => {
      assert.match(
        faultsOf({ ...required, OCR_BASE_URL: url }),
        /OCR_BASE_URL has more than scheme, host and port/,
      );
    });
  }

  for (const url of [
    '',
    'ocr.example.com',
    'https://',
    'file:///etc/passwd',
    'ws://localhost',
    'localhost:4010',
  ]) {
    test(`${JSON.stringify(url)} is none`, () => {
      assert.match(faultsOf({ ...required, OCR_BASE_URL: url }), /OCR_BASE_URL is not an address/);
    });
  }
});
