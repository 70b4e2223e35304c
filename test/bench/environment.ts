import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import * as z from 'zod';

/** What the figures depend on, apart from the code. */
export type Environment = readonly { readonly name: string; readonly value: string }[];

const packageFile = z.object({ version: z.string() });

/** Machine, date and versions; `runtimeClient` ran the functions of the cold starts. */
export function describeEnvironment(now: Date, runtimeClient: string): Environment {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown';
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return [
    { name: 'Date', value: now.toISOString().slice(0, 10) },
    {
      name: 'Machine',
      value: `${processors.length} × ${model}, ${memoryGib} GiB of memory, ${process.platform} ${process.arch}`,
    },
    { name: 'Node', value: process.versions.node },
    {
      name: 'AWS SDK (S3, DynamoDB)',
      value: `${versionOf('@aws-sdk/client-s3')}, ${versionOf('@aws-sdk/client-dynamodb')}`,
    },
    { name: 'undici', value: versionOf('undici') },
    { name: 'esbuild', value: versionOf('esbuild') },
    { name: 'Runtime client', value: runtimeClient },
  ];
}

/** The version of an installed package of the project. */
function versionOf(packageName: string): string {
  const file = new URL(`../../node_modules/${packageName}/package.json`, import.meta.url);
  return packageFile.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
