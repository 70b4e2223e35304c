import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as s3 from '@aws-sdk/client-s3';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { LocalStack } from '../../../infra/local/stack.ts';

/** The part of the AWS CLI that documented commands need, for machines without it. */
export interface AwsCli {
  /**
   * Runs one command and returns the service's answer. Throws the service's errors, and for unknown commands.
   */
  run: (command: string) => Promise<unknown>;
  destroy: () => void;
}

/** The common part of all SDK clients; each one's `send` is declared for its own commands only. */
const sdkClient = z.custom<{ send: (command: object) => Promise<unknown>; destroy: () => void }>(
  (value) => typeof value === 'object' && value !== null && 'send' in value && 'destroy' in value,
);

const commandClass = z.custom<new (input: object) => object>((value) => typeof value === 'function');

/**
 * The commands in a text's `sh` blocks, one a line. Throws if one is neither of the AWS CLI nor of plateline.
 */
export function shellCommandsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const commands = blocks.flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line !== ''),
  );
  for (const command of commands) {
    if (!/^(aws|npx plateline) /.test(command))
      throw new RangeError(`Only commands of the AWS CLI and of plateline are known: ${command}`);
  }
  return commands;
}

/** Creates an AWS CLI for the local stack, with shell variables. */
export function createAwsCli(stack: LocalStack, variables: Readonly<Record<string, string>>): AwsCli {
  const services = new Map([
    ['dynamodb', serviceOf(dynamodb, new dynamodb.DynamoDBClient(stack.dynamodb.clientConfiguration))],
    ['s3api', serviceOf(s3, new s3.S3Client(stack.s3.clientConfiguration))],
    ['sqs', serviceOf(sqs, new sqs.SQSClient(stack.sqs.clientConfiguration))],
    ['ssm', serviceOf(ssm, new ssm.SSMClient(stack.ssm.clientConfiguration))],
  ]);

  return {
    run: async (command) => {
      const [, serviceName = '', operation = '', ...words] = wordsOf(command, variables);
      const service = services.get(serviceName);
      if (service === undefined) throw new RangeError(`There is no ${serviceName} in the local stack.`);
      const Command = commandClass.parse(Reflect.get(service.module, `${pascalCase(operation)}Command`));
      return service.client.send(new Command(inputOf(words)));
    },
    destroy: () => {
      for (const { client } of services.values()) client.destroy();
    },
  };
}

function serviceOf(module: object, client: object) {
  return { module, client: sdkClient.parse(client) };
}

const quotedOrBare = /'([^']*)'|"([^"]*)"|([^\s'"]+)/g;

/**
 * Splits a line as a shell does: quoted parts stay together, variables are replaced outside single quotes.
 */
export function wordsOf(command: string, variables: Readonly<Record<string, string>>): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      quotedOrBare,
      (_part, literal: string | undefined, quoted: string | undefined, bare: string | undefined) =>
        literal ?? withValues(quoted ?? bare ?? '', variables),
    ),
  );
}

function withValues(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new RangeError(`The variable ${name} is nowhere introduced.`);
    return value;
  });
}

/**
 * Parses `--queue-url X` to `QueueUrl: 'X'`. A plural option without JSON is a list, one without value a
 * switch.
 */
function inputOf(words: readonly string[]): object {
  const options: [name: string, values: string[]][] = [];
  for (const word of words) {
    if (word.startsWith('--')) options.push([word.slice('--'.length), []]);
    else options.at(-1)?.[1].push(word);
  }
  const entries = options.map(([name, texts]): [string, unknown] => {
    const values = texts.map(valueOf);
    const isList = name.endsWith('names') && values.every((value) => typeof value === 'string');
    return [pascalCase(name), isList ? values : values.length === 0 ? true : values[0]];
  });
  return Object.fromEntries(entries);
}

function valueOf(text: string): unknown {
  return /^(\d+$|[{[])/.test(text) ? JSON.parse(text) : text;
}

function pascalCase(kebabCase: string): string {
  return kebabCase.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
