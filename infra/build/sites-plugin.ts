import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { parseSiteSettings } from '../../functions/core/visit/site-settings.ts';

/** Lambda takes 4 KB of environment for a function; the rest is for its other variables. */
const longestSitesBytes = 3000;

interface Osls {
  classes: { Error: new (message: string, code: string) => Error };
}

/**
 * Resolves `${sites:}` to the checked content of infra/site.yml in JSON, or stops osls with every fault. osls
 * constructs it with new.
 */
export default class SitesPlugin {
  readonly configurationVariablesSources: {
    sites: { resolve: (resolution: { serviceDir: string }) => Promise<{ value: string }> };
  };

  constructor(osls: Osls) {
    const resolve = async ({ serviceDir }: { serviceDir: string }) => {
      const content: unknown = parse(await readFile(path.join(serviceDir, 'infra/site.yml'), 'utf8'));
      const parsed = parseSiteSettings(content);
      const json = JSON.stringify(content);
      const faults = [
        ...(parsed.kind === 'faults' ? parsed.faults : []),
        ...(Buffer.byteLength(json) > longestSitesBytes
          ? [`The content has more than ${longestSitesBytes} bytes.`]
          : []),
      ];
      if (faults.length === 0) return { value: json };
      throw new osls.classes.Error(`infra/site.yml is not valid:\n      ${faults.join('\n      ')}`, 'SITES');
    };
    this.configurationVariablesSources = { sites: { resolve } };
  }
}
