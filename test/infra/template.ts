import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { deployedPackage } from './deployed-package.ts';
import type { ServiceCopy } from './service-copy.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Conditions: z.record(z.string(), z.unknown()),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })),
});

export type Template = z.infer<typeof templateSchema>;

/** Packages a copy of the service as `osls deploy` does, and returns the CloudFormation template. */
export async function packageTemplate(service: ServiceCopy, parameters: string[]): Promise<Template> {
  const { exitCode, output } = await service.osls(['package', '--package', 'packaged', ...parameters]);
  assert.equal(exitCode, 0, output);
  return await readTemplateIn(path.join(service.directory, 'packaged'));
}

/** The CloudFormation template that a deployment of the service as it stands would have. */
export async function deployedTemplate(parameters: string[]): Promise<Template> {
  return await readTemplateIn(await deployedPackage(parameters));
}

async function readTemplateIn(packageDirectory: string): Promise<Template> {
  const file = path.join(packageDirectory, 'cloudformation-template-update-stack.json');
  return templateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** A resource of the template; fails if there is none. */
export function resourceOf(template: Template, logicalId: string): Template['Resources'][string] {
  const resource = template.Resources[logicalId];
  assert.ok(resource, `the template has no ${logicalId}`);
  return resource;
}

const policyDocument = z.object({
  Statement: z.array(
    z
      .object({
        Effect: z.enum(['Allow', 'Deny']),
        Principal: z.unknown().optional(),
        Action: z.union([z.string().transform((action) => [action]), z.array(z.string())]),
        Resource: z.union([z.array(z.unknown()), z.unknown().transform((resource) => [resource])]).optional(),
        Condition: z.unknown().optional(),
      })
      .transform(({ Action, Resource = [], ...rest }) => ({ Action, Resource, ...rest })),
  ),
});

/** The statements of a policy document; a single action or resource becomes a list. */
export const statementsOf = (document: unknown) => policyDocument.parse(document).Statement;
