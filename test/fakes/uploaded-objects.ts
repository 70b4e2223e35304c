import type { UploadedObject } from '../../functions/core/message/uploaded-object.ts';

/** The default object of tests; its bucket has versions. */
export function makeUploadedObject(differences: Partial<UploadedObject> = {}): UploadedObject {
  return {
    imageId: 's3://pictures/gate/1.jpg?versionId=v1',
    bucket: 'pictures',
    key: 'gate/1.jpg',
    versionId: 'v1',
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: 1000,
    uploadedAt: '2026-11-22T08:15:00.000Z',
    ...differences,
  };
}
