import assert from 'node:assert/strict';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, test } from 'vitest';
import { deployedPackage } from './deployed-package.ts';

/** Findings of cdk-nag that we accept, each with its reason. */
const acceptedFindings = [
  {
    rule: 'AwsSolutions-S1',
    resource: 'PicturesBucket',
    reason:
      'Access logs need a second bucket, and their keys list who drove where. S3 data events in CloudTrail can record each access.',
  },
  {
    rule: 'AwsSolutions-S1',
    resource: 'ServerlessDeploymentBucket',
    reason: 'It holds the bundles and the template, which are public, and no picture.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<PicturesBucket.Arn>/*]',
    resource: 'ReadPlateRole',
    reason:
      'The function reads any picture, and cameras choose the keys. The bucket holds nothing but pictures.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    resource: 'ReadPlateRole',
    reason: 'PutTraceSegments and PutTelemetryRecords of X-Ray have no resources.',
  },
] as const;

const deployments = [
  ['--stage', 'prod', '--param', 'alarmEmail=somebody@example.com'],
  ['--stage', 'dev'],
];

const findingOf = (rule: string, resource: string) => `${rule} at ${resource}`;

async function findingsIn(parameters: string[]): Promise<string[]> {
  const packageDirectory = await deployedPackage(parameters);
  const app = new App();
  new CfnInclude(new Stack(app, 'Plateline'), 'Template', {
    templateFile: path.join(packageDirectory, 'cloudformation-template-update-stack.json'),
  });
  return new AwsSolutionsChecks()
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) =>
        findingOf(ruleName, path.posix.basename(constructPath ?? '')),
      ),
    );
}

for (const parameters of deployments) {
  describe(`AWS's own rules for solutions, with ${parameters.join(' ')}`, () => {
    let findings: string[];

    beforeAll(async () => {
      findings = await findingsIn(parameters);
    });

    test('find nothing that is not accepted with a reason', () => {
      const accepted = new Set(acceptedFindings.map(({ rule, resource }) => findingOf(rule, resource)));
      assert.deepEqual(
        findings.filter((finding) => !accepted.has(finding)),
        [],
      );
    });

    for (const { rule, resource, reason } of acceptedFindings) {
      test(`still find what we accept: ${rule} at ${resource}. ${reason}`, () => {
        assert.ok(findings.includes(findingOf(rule, resource)));
      });
    }
  });
}
