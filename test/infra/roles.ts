import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { resourceOf, statementsOf, type Template } from './template.ts';

/** A permission: an action on a resource of the template. */
export type Grant = readonly [action: string, resource: unknown];

const functions = path.resolve(import.meta.dirname, '../../functions');

/** Each permission once, as sorted texts. */
export function sortedTexts(grants: readonly Grant[]): string[] {
  return [
    ...new Set(grants.map(([action, resource]) => `${action} on ${JSON.stringify(resource)}`)),
  ].toSorted();
}

/** Every SDK command that the function's handler imports, itself or through other files. */
export async function importedCommands(folder: string): Promise<string[]> {
  const commands = new Set<string>();
  const files = [path.join(functions, folder, 'handler.ts')];
  const seen = new Set(files);
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    const source = await readFile(file, 'utf8');
    for (const [, names = ''] of source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g)) {
      for (const [name] of names.matchAll(/\b\w+Command\b/g)) commands.add(name);
    }
    assert.doesNotMatch(
      source,
      /import \* as \w+ from '@aws-sdk|import\('@aws-sdk/,
      `${file} hides what it calls`,
    );
    for (const [, relative = ''] of source.matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/g)) {
      const imported = path.resolve(path.dirname(file), relative);
      if (!seen.has(imported)) files.push(imported);
      seen.add(imported);
    }
  }
  return [...commands].toSorted();
}

/** The statements of a role's own policies and of those that are attached to it. */
export function statementsOfRole(template: Template, roleId: string) {
  const own = z
    .array(z.object({ PolicyDocument: z.unknown() }))
    .parse(resourceOf(template, roleId).Properties['Policies']);
  const attached = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => JSON.stringify(Roles) === JSON.stringify([{ Ref: roleId }]));
  return [...own, ...attached].flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
}

/** What a role allows; fails if one of its statements denies. */
export function grantsOfRole(template: Template, roleId: string): Grant[] {
  const statements = statementsOfRole(template, roleId);
  assert.ok(statements.every(({ Effect }) => Effect === 'Allow'));
  return statements.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource): Grant => [action, resource])),
  );
}

/** The policy of a role that Lambda can assume, and nobody else. */
export const onlyLambda = [
  {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['sts:AssumeRole'],
    Resource: [],
  },
];
