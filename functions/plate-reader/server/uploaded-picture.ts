import { failureReply, type ContractReply } from '../../core/contract/envelope.ts';
import { readForm } from './multipart-form.ts';

/** What a request brought: the bytes of its picture, or the contract's refusal. */
type UploadedPicture =
  | { readonly kind: 'picture'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly reply: ContractReply };

/** Reads the one file field `image` of a multipart form. Throws where the client's connection breaks. */
export async function readUploadedPicture(request: Request): Promise<UploadedPicture> {
  const body = Buffer.from(await request.arrayBuffer());
  const form = await readForm(body, request.headers.get('content-type') ?? '');
  switch (form.kind) {
    case 'not-multipart':
      return refused(415, 'UNSUPPORTED_MEDIA_TYPE', 415);
    case 'malformed':
      return refused(400, 'BAD_REQUEST', 400);
    case 'files': {
      const [file, ...others] = form.files;
      if (file?.fieldName !== 'image' || others.length > 0) return refused(4000001, 'INVALID_PARAMETER');
      if (file.bytes.length === 0) return refused(4000004, 'UPLOADED_FILE_IS_EMPTY');
      return { kind: 'picture', bytes: file.bytes };
    }
  }
}

function refused(...failure: Parameters<typeof failureReply>): UploadedPicture {
  return { kind: 'refused', reply: failureReply(...failure) };
}
