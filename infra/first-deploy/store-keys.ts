import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { Clients } from './clients.ts';
import type { StackPackage } from './package-stack.ts';
import { runCommand, type CommandInput } from './run-command.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const found = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Type: z.string() })).default([]),
});

/** The endpoint's keys in the environment; undefined unless both are there. */
export type GivenKeys = { readonly appKey: string; readonly secretKey: string } | undefined;

/** Stores the endpoint's keys where they are missing, and checks that they are encrypted. */
export async function storeKeys(
  context: RunContext,
  { ssm }: Pick<Clients, 'ssm'>,
  { keyParameters }: Pick<StackPackage, 'keyParameters'>,
  given: GivenKeys,
): Promise<StepOutcome<true>> {
  if (keyParameters.length === 0) {
    return { kind: 'ok', sentence: 'The function reads the pictures itself and needs no keys.', value: true };
  }
  const before = await typesOf(ssm, keyParameters);
  if (before.size < keyParameters.length || given !== undefined) {
    const input = inputOf(given);
    if (input === undefined) {
      return {
        kind: 'failed',
        sentence: `Parameter Store lacks ${missing(keyParameters, before)}, and there is no terminal to ask on.`,
        advice:
          'Set PLATELINE_APP_KEY and PLATELINE_SECRET_KEY, or run the script on a terminal; or deploy with --param reader=builtin, which needs no keys.',
      };
    }
    const status = await runCommand(context, 'plateline', ['secrets', 'set'], input);
    if (status !== 0) {
      return {
        kind: 'failed',
        sentence: 'The keys were not stored; the lines above say why.',
        advice: `Store them with: npx plateline secrets set --stage ${context.stage} --region ${context.region}`,
      };
    }
  }
  return await checkKeys(ssm, keyParameters);
}

function inputOf(given: GivenKeys): CommandInput | undefined {
  if (given !== undefined) return { kind: 'text', text: `${given.appKey}\n${given.secretKey}\n` };
  return process.stdin.isTTY ? { kind: 'terminal' } : undefined;
}

async function checkKeys(ssm: SSMClient, names: readonly string[]): Promise<StepOutcome<true>> {
  const types = await typesOf(ssm, names);
  const faults = names.filter((name) => types.get(name) !== 'SecureString');
  if (faults.length > 0) {
    return {
      kind: 'failed',
      sentence: `${faults.join(' and ')} must be a SecureString; Parameter Store has ${faults.map((name) => types.get(name) ?? 'nothing').join(' and ')}.`,
      advice: 'Delete the parameter, and run the script again.',
    };
  }
  return { kind: 'ok', sentence: `${names.join(' and ')} are stored, encrypted.`, value: true };
}

/** The types of the parameters that exist, without their values. */
async function typesOf(ssm: SSMClient, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // Without decryption the answer has no key in plain text.
  const answer = await ssm.send(new GetParametersCommand({ Names: [...names], WithDecryption: false }));
  return new Map(found.parse(answer).Parameters.map(({ Name, Type }) => [Name, Type]));
}

function missing(names: readonly string[], types: ReadonlyMap<string, string>): string {
  return names.filter((name) => !types.has(name)).join(' and ');
}
