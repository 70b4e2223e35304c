import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { readSettings, SettingsError } from '../../functions/read-plate/settings.ts';

const required = {
  READINGS_TABLE: 'plateline-prod-readings',
  USAGE_TABLE: 'plateline-prod-usage',
  APP_KEY_PARAMETER: '/plateline/prod/app-key',
  SECRET_KEY_PARAMETER: '/plateline/prod/secret-key',
};

/** Where the secret would go, or undefined where the address is refused. */
function originFor(baseUrl: string): string | undefined {
  try {
    const { reader } = readSettings({ ...required, OCR_BASE_URL: baseUrl });
    assert.equal(reader.kind, 'endpoint');
    return reader.ocrOrigin;
  } catch (error) {
    assert(error instanceof SettingsError);
    assert.match(error.message, /: OCR_BASE_URL [^;]+\.$/);
    return undefined;
  }
}

/** All that plain http may go to. */
const loopbackOrigin = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;
const httpsOrigin = /^https:\/\/[^/\\@?#\s]+$/;

describe('the secret is never sent in the clear to another machine:', () => {
  for (const baseUrl of [
    'http://127.0.0.1.evil.com',
    'http://127.0.0.1%2eevil.com',
    'http://127.0.0.1@evil.com',
    'http://127.0.0.1:80@evil.com',
    'http://localhost@evil.com',
    'http://localhost:4010@evil.com',
    'http://localhost%00.evil.com',
    'http://localhost%2f@evil.com',
    'http://localhost.evil.com',
    'http://localhost.',
    'http://evil.com#localhost',
    'http://evil.com?localhost',
    'http://evil.com/localhost',
    'http://evil.com\\localhost',
    'http:evil.com',
    'http:/evil.com',
    'http:\\\\evil.com',
    'http:////evil.com',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::127.0.0.1]',
    'http://[::]',
    'http://[::2]',
    'http://0',
    'http://0.0.0.0',
    'http://127.0.0.2',
    'http://128.0.0.1',
    'http://169.254.169.254',
    'http://127.0.0.1,evil.com',
    'http://127.0.0.1;.evil.com',
    'HTTP://evil.com',
    'hTtP://evil.com',
    'ht\ntp://evil.com',
    'h\tt\rt\np://evil.com',
    ' http://evil.com',
    'http://local\nhost.evil.com',
    'http://loc\u00adalhost.evil.com',
    'http://ｅvil.com',
    'http://localhost\u3002evil.com',
    'http://xn--localhost-.com',
    'ws://evil.com',
    'ftp://localhost',
    'file://localhost',
    'javascript://localhost',
    'blob:http://localhost',
    'data:,http://localhost',
    '//evil.com',
    'evil.com',
  ]) {
    test(`${JSON.stringify(baseUrl)} is refused`, () => {
      assert.equal(originFor(baseUrl), undefined);
    });
  }
});

describe('another spelling of this machine is this machine:', () => {
  for (const [baseUrl, origin] of [
    ['HTTP://LOCALHOST:4010', 'http://localhost:4010'],
    ['http://127.1', 'http://127.0.0.1'],
    ['http://127.0.0.1.', 'http://127.0.0.1'],
    ['http://0x7f000001', 'http://127.0.0.1'],
    ['http://2130706433', 'http://127.0.0.1'],
    ['http://0177.0.0.1', 'http://127.0.0.1'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
    ['http://ｌｏｃａｌｈｏｓｔ', 'http://localhost'],
    ['http://local\nhost', 'http://localhost'],
  ] as const) {
    test(`${JSON.stringify(baseUrl)} is ${origin}`, () => {
      assert.equal(originFor(baseUrl), origin);
    });
  }
});

describe('an address over https is its origin and nothing more:', () => {
  for (const [baseUrl, origin] of [
    ['https://ocr.example.com\n', 'https://ocr.example.com'],
    ['HTTPS://OCR.EXAMPLE.COM:443/', 'https://ocr.example.com'],
    ['https://ocr.ex\tample.com:8443', 'https://ocr.example.com:8443'],
  ] as const) {
    test(`${JSON.stringify(baseUrl)} is ${origin}`, () => {
      assert.equal(originFor(baseUrl), origin);
    });
  }

  for (const baseUrl of [
    'https://ocr.example.com@evil.com',
    'https://ocr.example.com:443@evil.com',
    'https://ocr.example.com\\@evil.com',
    'https://ocr.example.com/../..//evil.com',
    'https://ocr.example.com%0d%0aX-Injected:yes',
    'https://ocr.example.com\r\n/X-Injected: yes',
    'https://ocr.example.com:99999',
    'https://ocr.example.com?evil.com',
  ]) {
    test(`${JSON.stringify(baseUrl)} is refused`, () => {
      assert.equal(originFor(baseUrl), undefined);
    });
  }
});

test('any text at all is refused, or is an origin over https or of this machine', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'http:',
      'https:',
      'HTTP:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '.',
      '%',
      '\t',
      '\n',
      '[',
      ']',
    ),
    fc.constantFrom(
      'localhost',
      '127.0.0.1',
      '[::1]',
      '::ffff:',
      '127.1',
      'evil.com',
      '4010',
      '%40',
      '%2f',
      'user',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const baseUrl = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc
      .tuple(fc.constantFrom('http://', 'https://'), fc.array(piece, { maxLength: 6 }))
      .map(([scheme, pieces]) => scheme + pieces.join('')),
    fc.webUrl({ validSchemes: ['http', 'https', 'ws', 'ftp'] }),
  );
  fc.assert(
    fc.property(baseUrl, (text) => {
      const origin = originFor(text);
      assert(origin === undefined || loopbackOrigin.test(origin) || httpsOrigin.test(origin), origin);
    }),
    { seed: 1, numRuns: 5000 },
  );
});
