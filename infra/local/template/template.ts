import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { LocalStackError } from '../local-stack-error.ts';
import { resolveIntrinsics, type DeploymentTarget } from './intrinsics.ts';
import {
  bucketSchema,
  cropsBucketSchema,
  functionsSchema,
  queuesSchema,
  rulesSchema,
  subscriptionsSchema,
  tablesSchema,
  topicsSchema,
} from './resource-schemas.ts';

const propertiesSchema = z.record(z.string(), z.unknown());

type Properties = z.infer<typeof propertiesSchema>;

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: propertiesSchema.default({}) })),
});

const resourcesSchema = z
  .object({
    bucket: bucketSchema,
    cropsBucket: cropsBucketSchema,
    queues: queuesSchema,
    tables: tablesSchema,
    functions: functionsSchema,
    rules: rulesSchema,
    topics: topicsSchema,
    subscriptions: subscriptionsSchema,
  })
  .refine(
    ({ bucket, functions }) =>
      Object.values(functions).some(({ eventSources }) =>
        eventSources.some(({ arn }) => arn === bucket.notifiedQueueArn),
      ),
    { path: ['bucket'], message: 'The bucket notifies a queue that no function reads.' },
  );

/** The template's resources that the local stack has too, as plain values, by logical id. */
export type TemplateResources = z.infer<typeof resourcesSchema>;

/**
 * Reads the packaged template. Throws LocalStackError if it is missing or the local stack cannot follow it.
 */
export function readTemplate(templatePath: string, target: DeploymentTarget): TemplateResources {
  const { Resources } = templateSchema.parse(JSON.parse(readPackaged(templatePath)));

  const resolve = (value: unknown) => resolveIntrinsics(value, Resources, target);
  const allOf = (
    type: string,
    withArn: boolean,
    isFollowed: (properties: Properties) => boolean = () => true,
  ) =>
    Object.fromEntries(
      Object.entries(Resources)
        .filter(([, { Type, Properties }]) => Type === type && isFollowed(Properties))
        .map(([logicalId, { Properties }]) => {
          const arn = withArn && { Arn: { 'Fn::GetAtt': [logicalId, 'Arn'] } };
          return [logicalId, propertiesSchema.parse(resolve({ ...arn, ...Properties }))];
        }),
    );

  const eventSources = Object.values(allOf('AWS::Lambda::EventSourceMapping', false));
  const functions = allOf('AWS::Lambda::Function', true);
  for (const properties of Object.values(functions)) {
    properties['EventSources'] = eventSources.filter(
      (source) => source['FunctionName'] === properties['Arn'],
    );
  }
  const parsed = resourcesSchema.safeParse({
    bucket: resolve(Resources['PicturesBucket']?.Properties),
    cropsBucket: resolve(Resources['CropsBucket']?.Properties),
    queues: allOf('AWS::SQS::Queue', true),
    tables: allOf('AWS::DynamoDB::Table', false),
    functions,
    rules: allOf('AWS::Events::Rule', false),
    // Without the e-mail for alarms.
    subscriptions: allOf('AWS::SNS::Subscription', false, ({ Protocol }) => Protocol === 'sqs'),
    // Without their keys, which the local stack does not have.
    topics: Object.fromEntries(
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === 'AWS::SNS::Topic')
        .map(([logicalId, { Properties }]) => [logicalId, { TopicName: resolve(Properties['TopicName']) }]),
    ),
  });
  if (parsed.success) return parsed.data;
  throw new LocalStackError(
    'TEMPLATE_NOT_FOLLOWED',
    `The local stack cannot follow ${templatePath}:\n${z.prettifyError(parsed.error)}`,
  );
}

function readPackaged(templatePath: string): string {
  try {
    return readFileSync(templatePath, 'utf8');
  } catch (cause) {
    throw new LocalStackError(
      'PACKAGE_MISSING',
      `There is no packaged template at ${templatePath}. Make it with: npm run package:local`,
      { cause },
    );
  }
}
