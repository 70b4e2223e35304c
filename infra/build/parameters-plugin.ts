import * as z from 'zod';
import { parameterNames, parseDeployment, type Deployment } from './parameters.ts';

interface Osls {
  classes: { Error: new (message: string, code: string) => Error };
}

interface Resolution {
  options: { param?: string[] | null };
  resolveVariable: (variable: string) => Promise<unknown>;
  resolveConfigurationProperty: (path: string[]) => Promise<unknown>;
}

/** A section of `params` of serverless.yml: values by their names, or nothing. Whatever else it is, osls refuses by its own schema. */
const sectionSchema = z.record(z.string(), z.unknown()).catch({});

/** Makes `${parameters:}` the checked parameters, or stops osls with one message that names every fault. osls constructs it with new. */
// eslint-disable-next-line no-restricted-exports -- osls takes a plugin from the default export.
export default class ParametersPlugin {
  readonly configurationVariablesSources: {
    parameters: { resolve: (resolution: Resolution) => Promise<{ value: Deployment }> };
  };

  constructor(osls: Osls) {
    const resolve = async ({ options, resolveVariable, resolveConfigurationProperty }: Resolution) => {
      const stage = z.string().parse(await resolveVariable('sls:stage'));
      // Not `params` as a whole: what another stage takes from the environment or from AWS may be missing here.
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
      // osls reports an error of its own class by its message, any other by its stack.
      const faults = parsed.faults.map((fault) => `\n      ${fault}`).join('');
      throw new osls.classes.Error(`The deployment's parameters are not usable:${faults}`, 'PARAMETERS');
    };
    this.configurationVariablesSources = { parameters: { resolve } };
  }
}
