import type { PictureRecord } from '../../functions/core/record/record.ts';
import type { Fault } from './error-answer.ts';

/** A picture that this console uploaded; its record is absent until the picture is claimed. */
type Upload = {
  readonly imageId: string;
  /** The file's name on the person's machine. */
  readonly name: string;
  readonly record?: PictureRecord;
};

/** What a listener hears: all uploads, the newest first, or why nothing can be read at the moment. */
export type UploadEvent =
  | { readonly kind: 'uploads'; readonly uploads: readonly Upload[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

type Listener = (event: UploadEvent) => void;

const keptUploads = 50;

/** Follows the last 50 uploads of this console while somebody listens. `wait` resolves before each look. */
export function createUploadFeed(deps: {
  readonly readRecord: (imageId: string) => Promise<PictureRecord | undefined>;
  readonly wait: () => Promise<unknown>;
  readonly faultOf: (error: unknown) => Fault;
}) {
  const listeners = new Set<Listener>();
  let uploads: readonly Upload[] = [];
  let isFollowing = false;

  const hear = (event: UploadEvent) => {
    for (const listener of listeners) listener(event);
  };
  const change = (changed: readonly Upload[]) => {
    uploads = changed.slice(0, keptUploads);
    hear({ kind: 'uploads', uploads });
  };
  const isOpen = ({ record }: Upload) => record === undefined || record.status === 'PENDING';

  async function look(): Promise<void> {
    const found = new Map<string, PictureRecord>();
    await Promise.all(
      uploads.filter(isOpen).map(async ({ imageId, record: before }) => {
        const record = await deps.readRecord(imageId);
        if (record && JSON.stringify(record) !== JSON.stringify(before)) found.set(imageId, record);
      }),
    );
    if (found.size === 0) return;
    change(
      uploads.map((upload) => {
        const record = found.get(upload.imageId);
        return record ? { ...upload, record } : upload;
      }),
    );
  }

  async function follow(): Promise<void> {
    if (isFollowing) return;
    isFollowing = true;
    while (listeners.size > 0 && uploads.some(isOpen)) {
      await deps.wait();
      await look().catch((error: unknown) => {
        hear({ kind: 'fault', fault: deps.faultOf(error) });
      });
    }
    isFollowing = false;
  }

  return {
    add: (upload: Upload) => {
      change([upload, ...uploads]);
      void follow();
    },
    listen: (listener: Listener) => {
      listeners.add(listener);
      listener({ kind: 'uploads', uploads });
      void follow();
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
