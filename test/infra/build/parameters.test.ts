import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { parse, parseDocument } from 'yaml';
import * as z from 'zod';
import { fetchTimeoutMs } from '../../../functions/adapters/picture-store.ts';
import { recordTimeoutMs } from '../../../functions/adapters/readings-table.ts';
import { preparationTimeoutMs } from '../../../functions/read-plate/ask-prepared.ts';
import { returnBudgetMs } from '../../../functions/read-plate/read-picture.ts';
import {
  bookkeepingMs,
  parameterNames,
  preparationMs,
  parseDeployment,
} from '../../../infra/build/parameters.ts';
import { copyService, type ServiceCopy } from '../service-copy.ts';
import { packageTemplate, resourceOf } from '../template.ts';

let service: ServiceCopy;
let defaults: Record<string, unknown>;

beforeAll(async () => {
  service = await copyService();
  const configuration: unknown = parse(
    await readFile(path.join(service.directory, 'serverless.yml'), 'utf8'),
  );
  defaults = z
    .object({ params: z.object({ default: z.record(z.string(), z.unknown()) }) })
    .parse(configuration).params.default;
});
afterAll(() => service.remove());

const faultsOf = (changes: Record<string, unknown>): string[] => {
  const { stage = 'prod', ...given } = { ...defaults, ...changes };
  const parsed = parseDeployment({ stage, region: 'ap-northeast-2' }, given);
  return parsed.kind === 'faults' ? parsed.faults : [];
};

describe('a parameter', () => {
  test('has a valid default', () => {
    assert.deepEqual(Object.keys(defaults).sort(), [...parameterNames].sort());
    assert.deepEqual(faultsOf({}), []);
  });

  test('is documented with its default', async () => {
    const documentation = await readFile(
      path.resolve(import.meta.dirname, '../../../docs/parameters.md'),
      'utf8',
    );
    const documented = [...documentation.matchAll(/^\| `(\w+)` +\| (?:`([^`]*)`|empty) /gm)].map(
      ([, name, value = '']) => [name, value],
    );
    assert.deepEqual(
      Object.fromEntries(documented),
      Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)])),
    );
  });

  const invalid: [string, unknown][] = [
    ['reader', 'tesseract'],
    ['architecture', 'arm'],
    ['retentionDays', '27'],
    ['retentionDays', '3651'],
    ['recoveryDays', '0'],
    ['recoveryDays', '36'],
    ['logRetentionDays', '2'],
    ['batchingWindowSeconds', '-1'],
    ['batchingWindowSeconds', '301'],
    ['maximumConcurrency', '1'],
    ['maximumConcurrency', '1001'],
    ['ocrConcurrency', '0'],
    ['ocrConcurrency', '11'],
    ['memorySizeMb', '511'],
    ['memorySizeMb', '10241'],
    ['functionTimeoutSeconds', '40'],
    ['functionTimeoutSeconds', '481'],
    ['functionTimeoutSeconds', '60.5'],
    ['ocrTimeoutMs', '999'],
    ['ocrTimeoutMs', '120001'],
    ['ocrTimeoutMs', 'soon'],
    ['ocrBaseUrl', 'http://ocr.example.com'],
    ['ocrBaseUrl', 'https://ocr.example.com/v1.0'],
    ['ocrBaseUrl', 'ocr.example.com'],
    ['ocrBaseUrl', `https://${'ocr.'.repeat(80)}example.com`],
    ['secretTtlSeconds', '0'],
    ['callCapPerDay', '9'],
    ['callCapPerDay', 'none'],
    ['callCapPerMonth', '100000001'],
    ['existingBucket', 'ab'],
    ['existingBucket', 'a'.repeat(64)],
    ['existingBucket', 'My-Cameras'],
    ['existingBucket', 'my_cameras'],
    ['existingBucket', '-cameras'],
    ['existingBucket', 'my..cameras'],
    ['existingBucket', '192.168.5.4'],
    ['existingBucket', 'cameras--x-s3'],
    ['existingBucket', 'arn:aws:s3:::cameras'],
    ['existingBucket', 's3://cameras'],
    ['existingBucket', 'plateline-prod-pictures-123456789012-ap-northeast-2-an'],
    ['existingBucketPrefix', 'gates/'],
    ['existingBucketPrefix', 'gates/*'],
    ['existingBucketPrefix', 'gates/${aws:username}/'],
    ['existingBucketPrefix', '정문/'],
    ['existingBucketPrefix', 'x'.repeat(513)],
    ['keyTemplate', '{lens}/{yyyy}'],
    ['keyTemplate', `{camera}/${'x'.repeat(5000)}`],
    ['reviewBelowConfidence', '1.1'],
    ['reviewBelowConfidence', '-0.1'],
    ['reviewBelowConfidence', '80%'],
    ['reviewBelowConfidence', ''],
    ['keepCrops', 'yes'],
    ['keepCrops', ''],
    ['privacy', 'yes'],
    ['events', 'yes'],
    ['eventPlates', 'masked'],
    ['alarmEmail', 'somebody'],
    ['alarmEmail', 'a@example.com, b@example.com'],
    ['stage', 'Prod'],
    ['stage', 'prod_2'],
  ];
  for (const [name, value] of invalid) {
    test(`is refused by name: ${name} ${JSON.stringify(value).slice(0, 80)}`, () => {
      const [fault, ...others] = faultsOf({ [name]: value });
      assert.ok(fault?.startsWith(`${name} `), fault);
      assert.deepEqual(others, []);
    });
  }

  test('is refused if its name is unknown', () => {
    assert.deepEqual(faultsOf({ retentionDay: '30' }), ['retentionDay is not a parameter']);
  });

  test('refuses crops under privacy, since they show plates', () => {
    const [fault, ...others] = faultsOf({ privacy: 'true', keepCrops: 'true' });
    assert.match(fault ?? '', /^privacy does not go with keepCrops/);
    assert.deepEqual(others, []);
    assert.deepEqual(faultsOf({ privacy: 'true' }), []);
  });

  test('leaves a picture enough time for two calls and the bookkeeping', () => {
    assert.equal(faultsOf({ functionTimeoutSeconds: '59', ocrTimeoutMs: '15000' }).length, 1);
    assert.deepEqual(faultsOf({ functionTimeoutSeconds: '60', ocrTimeoutMs: '15000' }), []);
  });

  test('leaves a picture enough time for its preparation, its call and the bookkeeping', () => {
    assert.equal(faultsOf({ functionTimeoutSeconds: '44', ocrTimeoutMs: '5000' }).length, 1);
    assert.deepEqual(faultsOf({ functionTimeoutSeconds: '45', ocrTimeoutMs: '5000' }), []);
  });

  test('lets every claim end before its message is visible again, for any time-out', () => {
    for (const functionTimeoutSeconds of [41, 480]) {
      const parsed = parseDeployment(
        { stage: 'prod', region: 'ap-northeast-2' },
        { ...defaults, ocrTimeoutMs: 1000, functionTimeoutSeconds },
      );
      assert.equal(parsed.kind, 'deployment');
      assert.ok(parsed.deployment.visibilityTimeoutSeconds > functionTimeoutSeconds + 60);
    }
  });

  test('keeps the last of 150 receives within five days, the batching window included', () => {
    assert.deepEqual(faultsOf({ functionTimeoutSeconds: '430', batchingWindowSeconds: '300' }), []);
    assert.equal(faultsOf({ functionTimeoutSeconds: '431', batchingWindowSeconds: '300' }).length, 1);
  });

  test('is refused in a region where somebody else could take the name of a deleted bucket', () => {
    const parsed = parseDeployment({ stage: 'prod', region: 'me-south-1' }, defaults);
    assert.equal(parsed.kind, 'faults');
    assert.deepEqual(parsed.faults, [
      'region must be another region: S3 has no bucket names of one account only there; it is "me-south-1"',
    ]);
  });

  test("keeps the bucket name within S3's 63 characters", () => {
    assert.deepEqual(faultsOf({ stage: 'a'.repeat(13) }), []);
    assert.equal(faultsOf({ stage: 'a'.repeat(14) }).length, 1);
  });
});

describe('osls', () => {
  test('stops before packaging and reports every fault in one message', async () => {
    const { exitCode, output } = await service.osls([
      'package',
      ...['--package', 'refused', '--stage', 'prod'],
      ...['--param', 'retentionDays=5', '--param', 'ocrConcurrency=50', '--param', 'retentionDay=30'],
      ...['--param', 'functionTimeoutSeconds=40', '--param', 'alarmEmail=somebody'],
    ]);
    assert.notEqual(exitCode, 0);
    for (const name of [
      'retentionDays',
      'ocrConcurrency',
      'retentionDay',
      'functionTimeoutSeconds',
      'alarmEmail',
    ]) {
      assert.match(output, new RegExp(`^ +${name} (must|is)`, 'm'));
    }
    assert.equal(output.match(/Cannot resolve variable/g)?.length, 1);
    await assert.rejects(access(path.join(service.directory, 'refused')), { code: 'ENOENT' });
  });

  test('takes stage and region only from their own options: a parameter named stage would leave the tables of prod unprotected', async () => {
    const { exitCode, output } = await service.osls([
      ...['package', '--package', 'refused', '--stage', 'prod'],
      ...['--param', 'stage=dev', '--param', 'region=us-east-1', '--param', '__proto__=1'],
    ]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /^ +stage is not a parameter; use --stage instead$/m);
    assert.match(output, /^ +region is not a parameter; use --region instead$/m);
    assert.match(output, /^ +__proto__ is not a parameter$/m);
  });

  /** Makes a copy whose serverless.yml has one more value under params. */
  const copyServiceWith = async (
    context: TestContext,
    stage: string,
    name: string,
    value: unknown,
  ): Promise<ServiceCopy> => {
    const copy = await copyService();
    context.onTestFinished(() => copy.remove());
    const file = path.join(copy.directory, 'serverless.yml');
    const configuration = parseDocument(await readFile(file, 'utf8'));
    configuration.setIn(['params', stage, name], value);
    await writeFile(file, String(configuration));
    return copy;
  };

  for (const stage of ['prod', 'default']) {
    test(`refuses a misspelt name under params.${stage} of serverless.yml`, async (context) => {
      const misspelt = await copyServiceWith(context, stage, 'retentionDay', 30);
      const { exitCode, output } = await misspelt.osls(['package', '--stage', 'prod']);
      assert.notEqual(exitCode, 0);
      assert.match(output, /^ +retentionDay is not a parameter$/m);
    });
  }

  test('reads variables of the environment for the deployed stage only', async (context) => {
    const copy = await copyServiceWith(context, 'prod', 'alarmEmail', '${env:ALARM_EMAIL}');
    const elsewhere = await copy.osls(['package', '--stage', 'dev']);
    assert.equal(elsewhere.exitCode, 0, elsewhere.output);
    const without = await copy.osls(['package', '--stage', 'prod']);
    assert.notEqual(without.exitCode, 0);
    const given = await copy.osls(['package', '--stage', 'prod'], { ALARM_EMAIL: 'somebody@example.com' });
    assert.equal(given.exitCode, 0, given.output);
  });

  test('takes an empty value on the command line, as the documentation says', async () => {
    const template = await packageTemplate(service, [
      ...['--stage', 'prod', '--param=alarmEmail=', '--param=keyTemplate='],
    ]);
    assert.deepEqual(template.Conditions['HasAlarmEmail'], { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
  });

  test("packages no environment beyond Lambda's 4 KB, with the longest values that it accepts", async () => {
    const keyTemplate = `{camera}/${'x'.repeat(1024 - '{camera}/'.length)}`;
    const ocrBaseUrl = `https://${'o'.repeat(300 - 'https://'.length)}`;
    const template = await packageTemplate(service, [
      ...['--stage', 'a'.repeat(13), '--param', `keyTemplate=${keyTemplate}`],
      ...['--param', `ocrBaseUrl=${ocrBaseUrl}`],
    ]);
    const functions = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::Lambda::Function',
    );
    for (const [logicalId, { Properties }] of functions) {
      // References to names of tables and topics are shorter than their names; 1 KB is left for them.
      const bytes = Buffer.byteLength(JSON.stringify(Properties['Environment']));
      assert.ok(bytes < 3072, `${logicalId} has ${bytes} bytes`);
    }
  });

  test('deploys the parameters of the command line', async () => {
    const template = await packageTemplate(service, [
      ...['--stage', 'prod', '--region', 'us-east-1'],
      ...[
        '--param',
        'functionTimeoutSeconds=120',
        '--param',
        'maximumConcurrency=2',
        '--param',
        'memorySizeMb=1024',
      ],
      ...['--param', 'batchingWindowSeconds=5'],
      ...['--param', 'keyTemplate={camera}/{yyyy}{MM}{dd}{HH}{mm}{ss}.jpg'],
    ]);
    const { Timeout, MemorySize, Environment } = resourceOf(template, 'ReadPlateLambdaFunction').Properties;
    assert.equal(Timeout, 120);
    assert.equal(MemorySize, 1024);
    assert.match(
      JSON.stringify(Environment),
      /"KEY_TEMPLATE":"\{camera\}\/\{yyyy\}\{MM\}\{dd\}\{HH\}\{mm\}\{ss\}\.jpg"/,
    );
    assert.equal(resourceOf(template, 'PicturesQueue').Properties['VisibilityTimeout'], 725);
    const mapping = resourceOf(template, 'ReadPlateEventSourceMappingSQSPicturesQueue').Properties;
    assert.deepEqual(mapping['ScalingConfig'], { MaximumConcurrency: 2 });
    assert.equal(mapping['MaximumBatchingWindowInSeconds'], 5);
  });
});

test('the least time-out of the function covers two calls, the fetch before and the record after', () => {
  assert.equal(bookkeepingMs, fetchTimeoutMs + recordTimeoutMs + returnBudgetMs);
  assert.equal(preparationMs, preparationTimeoutMs);
});
