import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { localTarget } from '../../infra/local/local-target.ts';
import { readTemplate, type TemplateResources } from '../../infra/local/template/template.ts';
import { unpackFunction } from '../../infra/local/lambda/unpack-function.ts';

const packageDirectory = fileURLToPath(new URL('../../.build/local', import.meta.url));

/** The template that `npm run package:local` made. */
export function readPackagedTemplate(): TemplateResources {
  return readTemplate(path.join(packageDirectory, 'cloudformation-template-update-stack.json'), localTarget);
}

/** The function that would be deployed, unpacked, and what the template says of it. */
export async function unpackPackagedFunction() {
  const { zipName, moduleName, handlerName, memorySizeMb } =
    readPackagedTemplate().functions.ReadPlateLambdaFunction;
  const directory = await unpackFunction(path.join(packageDirectory, zipName));
  return {
    functionPath: path.join(directory, moduleName),
    handlerName,
    memorySizeMb,
    remove: () => rm(directory, { recursive: true }),
  };
}
