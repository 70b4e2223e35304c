import { parameterNames, parseDeployment, type Deployment } from './parameters.ts';

interface Osls {
  classes: { Error: new (message: string, code: string) => Error };
}

interface Resolution {
  options: { param?: string[] | null };
  resolveVariable: (variable: string) => Promise<unknown>;
}

/** Makes `${parameters:}` the checked parameters, or stops osls with one message that names every fault. osls constructs it with new. */
// eslint-disable-next-line no-restricted-exports -- osls takes a plugin from the default export.
export default class ParametersPlugin {
  readonly configurationVariablesSources: {
    parameters: { resolve: (resolution: Resolution) => Promise<{ value: Deployment }> };
  };

  constructor(osls: Osls) {
    const resolve = async ({ options, resolveVariable }: Resolution) => {
      const namesGiven = (options.param ?? []).map((parameter) => parameter.replace(/=.*$/s, ''));
      const names = new Set([...parameterNames, ...namesGiven]);
      const values: Record<string, unknown> = {
        stage: await resolveVariable('sls:stage'),
        region: await resolveVariable('aws:region'),
      };
      for (const name of names) values[name] = await resolveVariable(`param:${name}`);

      const parsed = parseDeployment(values);
      if (parsed.kind === 'deployment') return { value: parsed.deployment };
      // osls reports an error of its own class by its message, any other by its stack.
      const faults = parsed.faults.map((fault) => `\n      ${fault}`).join('');
      throw new osls.classes.Error(`The deployment's parameters are not usable:${faults}`, 'PARAMETERS');
    };
    this.configurationVariablesSources = { parameters: { resolve } };
  }
}
