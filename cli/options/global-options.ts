import { InvalidArgumentError, type Command } from 'commander';
import * as z from 'zod';
import { parseHttpUrl } from '../../functions/core/contract/http-url.ts';

const globalOptions = z.object({
  stage: z.string(),
  table: z.string().optional(),
  region: z.string().optional(),
  profile: z.string().optional(),
  endpointUrl: z.string().optional(),
  json: z.boolean().default(false),
});

/** The options of every command, before or after its own. */
export type GlobalOptions = z.infer<typeof globalOptions>;

/** Adds the options that every command takes. */
export function addGlobalOptions(program: Command): void {
  program
    .option('--stage <name>', 'the deployed stage', parseStage, 'dev')
    .option('--table <name>', 'the table of readings (default: plateline-{stage}-readings)', parseTable)
    .option(
      '--region <name>',
      'AWS region (default: that of the environment or the profile, else ap-northeast-2)',
      parseRegion,
    )
    .option('--profile <name>', 'profile in the configuration files of AWS')
    .option(
      '--endpoint-url <url>',
      'address of all AWS services, such as npm run local prints (default: AWS_ENDPOINT_URL, else AWS)',
      parseUrl,
    )
    .option('--json', 'print JSON, for scripts');
}

/** The global options of a call. */
export function globalOptionsOf(command: Command): GlobalOptions {
  return globalOptions.parse(command.optsWithGlobals());
}

export function parseStage(stage: string): string {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(stage)) return stage;
  throw new InvalidArgumentError('A stage has only a-z, 0-9 and hyphens, and begins with a letter.');
}

function parseTable(table: string): string {
  if (/^[\w.:/-]{3,1024}$/.test(table)) return table;
  throw new InvalidArgumentError('It must be the name or the ARN of a table.');
}

export function parseRegion(region: string): string {
  if (/^[a-z0-9-]+$/.test(region)) return region;
  throw new InvalidArgumentError('It must be a region such as ap-northeast-2.');
}

function parseUrl(url: string): string {
  if (parseHttpUrl(url)) return url;
  throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:9105.');
}
