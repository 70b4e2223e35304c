import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { localTarget } from '../../infra/local/local-target.ts';
import { readTemplate, type TemplateResources } from '../../infra/local/template/template.ts';
import { unpackFunction } from '../../infra/local/lambda/unpack-function.ts';

const thisCheckout = fileURLToPath(new URL('../..', import.meta.url));

/** The template that `npm run package:local` made in a checkout. */
export function readPackagedTemplate(checkout = thisCheckout): TemplateResources {
  const templatePath = path.join(packageDirectory(checkout), 'cloudformation-template-update-stack.json');
  return readTemplate(templatePath, localTarget);
}

/** Unpacks the function that a deployment of the checkout would upload. */
export async function unpackPackagedFunction(checkout = thisCheckout) {
  const { zipName, moduleName, handlerName, memorySizeMb } =
    readPackagedTemplate(checkout).functions.ReadPlateLambdaFunction;
  const zipPath = path.join(packageDirectory(checkout), zipName);
  const directory = await unpackFunction(zipPath);
  return {
    zipPath,
    functionPath: path.join(directory, moduleName),
    handlerName,
    memorySizeMb,
    remove: () => rm(directory, { recursive: true }),
  };
}

function packageDirectory(checkout: string): string {
  return path.join(checkout, '.build/local');
}
