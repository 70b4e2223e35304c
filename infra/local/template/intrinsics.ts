import * as z from 'zod';
import { LocalStackError } from '../local-stack-error.ts';

/** The region and account that a template is deployed to. */
export interface DeploymentTarget {
  region: string;
  accountId: string;
}

type Resources = Readonly<Record<string, { Type: string; Properties: Readonly<Record<string, unknown>> }>>;

/** By resource type: the property with the resource's name, and the ARN without `arn:aws:`. */
const namedTypes: Readonly<
  Record<string, { nameProperty: string; arn: (name: string, target: DeploymentTarget) => string }>
> = {
  'AWS::S3::Bucket': { nameProperty: 'BucketName', arn: (name) => `s3:::${name}` },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: (name, { region, accountId }) => `sqs:${region}:${accountId}:${name}`,
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    arn: (name, { region, accountId }) => `dynamodb:${region}:${accountId}:table/${name}`,
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: (name, { region, accountId }) => `lambda:${region}:${accountId}:function:${name}`,
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, { accountId }) => `iam::${accountId}:role/${name}`,
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    arn: (name, { region, accountId }) => `sns:${region}:${accountId}:${name}`,
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name, { region, accountId }) => `logs:${region}:${accountId}:log-group:${name}:*`,
  },
};

const getAttArguments = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((text) => text.split('.')),
]);
const joinArguments = z.tuple([z.string(), z.array(z.unknown())]);
const subArguments = z.union([
  z.string().transform((text) => ({ text, variables: {} })),
  z
    .tuple([z.string(), z.record(z.string(), z.unknown())])
    .transform(([text, variables]) => ({ text, variables })),
]);

/** The end of the ARN of a table's stream; AWS has the time of its creation there. */
const streamSuffix = '/stream/local';

/** Replaces intrinsic functions as CloudFormation does. Throws LocalStackError if one is unknown. */
export function resolveIntrinsics(value: unknown, resources: Resources, target: DeploymentTarget): unknown {
  const resolve = (unresolved: unknown): unknown => {
    if (Array.isArray(unresolved)) return unresolved.map(resolve);
    if (typeof unresolved !== 'object' || unresolved === null) return unresolved;
    const entries = Object.entries(unresolved);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return call(first[0], first[1]);
    }
    return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]));
  };
  const { reference, attribute } = createReferences(resources, target, resolve);

  const call = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(z.string().parse(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', attributeName = ''] = getAttArguments.parse(argument);
        return attribute(logicalId, attributeName);
      }
      case 'Fn::Join': {
        const [separator, parts] = joinArguments.parse(argument);
        return parts.map((part) => String(resolve(part))).join(separator);
      }
      case 'Fn::Sub': {
        const { text, variables } = subArguments.parse(argument);
        return substitute(text, variables);
      }
      default:
        throw notFollowed(`The local stack does not know the intrinsic function ${name}.`);
    }
  };

  const substitute = (text: string, variables: Readonly<Record<string, unknown>>): string =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (name in variables) return String(resolve(variables[name]));
      const [logicalId = '', attributeName] = name.split('.');
      return attributeName === undefined ? reference(logicalId) : attribute(logicalId, attributeName);
    });

  return resolve(value);
}

/** Looks up the values of `Ref` and `Fn::GetAtt`. */
function createReferences(
  resources: Resources,
  target: DeploymentTarget,
  resolve: (value: unknown) => unknown,
): { reference: (logicalId: string) => string; attribute: (logicalId: string, name: string) => string } {
  const pseudoParameters: Readonly<Record<string, string>> = {
    'AWS::AccountId': target.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': target.region,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const find = (logicalId: string) => {
    const resource = resources[logicalId];
    const type = namedTypes[resource?.Type ?? ''];
    if (resource === undefined || type === undefined) {
      throw notFollowed(
        `The local stack cannot resolve a reference to ${logicalId} (${resource?.Type ?? 'no resource'}).`,
      );
    }
    return { name: String(resolve(resource.Properties[type.nameProperty] ?? logicalId)), type };
  };

  return {
    reference: (logicalId) => {
      const pseudoParameter = pseudoParameters[logicalId];
      if (pseudoParameter !== undefined) return pseudoParameter;
      const { name, type } = find(logicalId);
      // The one type here whose Ref is not its name.
      return resources[logicalId]?.Type === 'AWS::SNS::Topic' ? `arn:aws:${type.arn(name, target)}` : name;
    },
    attribute: (logicalId, name) => {
      const isStream = name === 'StreamArn' && resources[logicalId]?.Type === 'AWS::DynamoDB::Table';
      if (name !== 'Arn' && !isStream) {
        throw notFollowed(`The local stack does not know Fn::GetAtt ${logicalId}.${name}, only Arn.`);
      }
      const resource = find(logicalId);
      return `arn:aws:${resource.type.arn(resource.name, target)}${isStream ? streamSuffix : ''}`;
    },
  };
}

function notFollowed(message: string): LocalStackError {
  return new LocalStackError('TEMPLATE_NOT_FOLLOWED', message);
}
