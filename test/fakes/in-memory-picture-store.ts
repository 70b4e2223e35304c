import type { FetchedObject, PictureStore } from '../../functions/adapters/picture-store.ts';
import { makeJpeg } from './pictures.ts';

export const fetchedJpeg: FetchedObject = { kind: 'fetched', parts: [makeJpeg(1920, 1080)], metadata: {} };

/** A bucket in which every object is `object`, which can change; it records which were fetched. */
export function createInMemoryPictureStore(object: FetchedObject = fetchedJpeg) {
  const fetched: string[] = [];
  return {
    fetched,
    object,
    fetch({ imageId }) {
      fetched.push(imageId);
      return Promise.resolve(this.object);
    },
  } satisfies PictureStore & { fetched: string[]; object: FetchedObject };
}
