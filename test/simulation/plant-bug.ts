import { registerHooks } from 'node:module';
import * as z from 'zod';

/** A possible mistake in `functions/`, as an edit of one file. */
export const plantedBug = z.object({
  name: z.string(),
  /** Below `functions/`. */
  file: z.string(),
  /** Occurs exactly once. */
  find: z.string(),
  replace: z.string(),
  /** Whose histories find it; those of the endpoint unless given. */
  of: z.enum(['capped-endpoint', 'refusing-endpoint']).exactOptional(),
});
export type PlantedBug = z.infer<typeof plantedBug>;

const functionsUrl = new URL('../../functions/', import.meta.url);

/**
 * Makes this thread load the file with the bug. Throws where the text to replace does not occur exactly once.
 */
export function plantBug({ name, file, find, replace }: PlantedBug): void {
  const bugUrl = new URL(file, functionsUrl).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== bugUrl) return loaded;
      const source = Buffer.from(z.instanceof(Uint8Array).parse(loaded.source)).toString();
      const places = source.split(find).length - 1;
      if (places !== 1)
        throw new Error(`"${name}" finds its place in ${file} ${places} times instead of once.`);
      return { ...loaded, source: source.replace(find, () => replace) };
    },
  });
}
