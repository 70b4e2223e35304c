import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { bundleFunction } from './bundle.ts';

// A zip holds local time: this way it is the same in every time zone.
const zipEpoch = new Date(1980, 0, 1);

/** Puts a fresh bundle, and nothing else, in the zip that function.yml names, before each packaging. osls constructs it with new. */
// eslint-disable-next-line no-restricted-exports -- osls takes a plugin from the default export.
export default class BundlePlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor({ serviceDir }: { serviceDir: string }) {
    const packageReadPlate = async () => {
      const bundle = await bundleFunction(path.join(serviceDir, 'functions/read-plate/handler.ts'));
      const zip = zipSync({ 'read-plate.mjs': [bundle, { mtime: zipEpoch }] });
      await mkdir(path.join(serviceDir, '.serverless'), { recursive: true });
      await writeFile(path.join(serviceDir, '.serverless/read-plate.zip'), zip);
    };
    this.hooks = {
      'before:package:createDeploymentArtifacts': packageReadPlate,
      'before:package:function:package': packageReadPlate,
    };
  }
}
