import * as z from 'zod';
import { parameterNames, parseDeployment, type Deployment } from './parameters.ts';

interface Osls {
  processedInput: { options: { param?: string[] | null } };
  classes: { Error: new (message: string, code: string) => Error };
}

interface Resolution {
  options: { param?: string[] | null };
  resolveVariable: (variable: string) => Promise<unknown>;
  resolveConfigurationProperty: (path: string[]) => Promise<unknown>;
}

/** A section of `params` in serverless.yml: values by name, or nothing. osls itself refuses anything else. */
const sectionSchema = z.record(z.string(), z.unknown()).catch({});

/**
 * Resolves `${parameters:}` to the checked parameters, or stops osls with one message that names every fault.
 * osls constructs it with new.
 */
export default class ParametersPlugin {
  readonly configurationVariablesSources: {
    parameters: { resolve: (resolution: Resolution) => Promise<{ value: Deployment }> };
  };

  constructor(osls: Osls) {
    const resolve = async ({ options, resolveVariable, resolveConfigurationProperty }: Resolution) => {
      allowEmptyValues(osls.processedInput.options);
      const stage = z.string().parse(await resolveVariable('sls:stage'));
      // Not `params` as a whole: another stage may use variables of the environment that are missing here.
      const namesUnder = async (section: string) =>
        Object.keys(sectionSchema.parse(await resolveConfigurationProperty(['params', section])));
      const names = new Set([
        ...parameterNames,
        ...(options.param ?? []).map((parameter) => parameter.replace(/=.*$/s, '')),
        ...(await namesUnder('default')),
        ...(await namesUnder(stage)),
      ]);
      const region = await resolveVariable('aws:region');
      const given = new Map<string, unknown>();
      for (const name of names) given.set(name, await resolveVariable(`param:${name}`));

      const parsed = parseDeployment({ stage, region }, Object.fromEntries(given));
      if (parsed.kind === 'deployment') return { value: parsed.deployment };
      // osls shows only the message of an error of its own class, and the stack of any other.
      const faults = parsed.faults.map((fault) => `\n      ${fault}`).join('');
      throw new osls.classes.Error(`The deployment's parameters are not valid:${faults}`, 'PARAMETERS');
    };
    this.configurationVariablesSources = { parameters: { resolve } };
  }
}

/** osls refuses `--param="name="`, but it trims values, so it takes a blank for an empty value. */
function allowEmptyValues(options: Osls['processedInput']['options']): void {
  if (options.param) options.param = options.param.map((given) => given.replace(/^([^=]+)=$/, '$1= '));
}
