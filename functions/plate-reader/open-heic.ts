import * as z from 'zod/mini';

/** RGB, three bytes a pixel, row by row from the top. */
type HeicPixels = { readonly rgb: Uint8Array; readonly width: number; readonly height: number };

/** The primary picture of a HEIC, turned and mirrored as the file itself says; nothing is decoded yet. */
type OpenHeic = {
  readonly width: number;
  readonly height: number;
  /** Undefined where the picture is damaged. */
  readonly decode: () => HeicPixels | undefined;
};

/** What a failed function returns; every error but 0 is one. */
const failure = z.object({ code: z.union([z.object({ value: z.number() }), z.number()]) });

/** The one channel of interleaved RGB; each row has `stride` bytes. */
const decoded = z.object({
  width: z.number(),
  height: z.number(),
  channels: z.tuple([z.object({ stride: z.number(), data: z.instanceof(Uint8Array) })]),
});

/**
 * Opens a HEIC; undefined where its header cannot be read. sharp's library has no decoder for it, so libheif
 * is loaded, with an instance of its own for each picture: what one picture does to it, no other sees.
 */
export async function openHeic(bytes: Uint8Array): Promise<OpenHeic | undefined> {
  const { default: createLibHeif } = await import('libheif-js/libheif-wasm/libheif.js');
  const libheif = createLibHeif();
  const context = libheif.heif_context_alloc();
  if (isFailure(libheif.heif_context_read_from_memory(context, bytes))) return undefined;
  const handle = libheif.heif_js_context_get_primary_image_handle(context);
  if (isFailure(handle)) return undefined;
  return {
    width: libheif.heif_image_handle_get_width(handle),
    height: libheif.heif_image_handle_get_height(handle),
    decode: () => {
      const { heif_colorspace_RGB: rgb } = libheif.heif_colorspace;
      const { heif_chroma_interleaved_RGB: interleaved } = libheif.heif_chroma;
      const image = decoded.safeParse(libheif.heif_js_decode_image2(handle, rgb, interleaved));
      return image.success ? pixelsOf(image.data) : undefined;
    },
  };
}

function isFailure(result: unknown): boolean {
  const parsed = failure.safeParse(result);
  if (!parsed.success) return false;
  const { code } = parsed.data;
  return (typeof code === 'number' ? code : code.value) !== 0;
}

/** Without the bytes that can end a row. */
function pixelsOf({ width, height, channels: [{ stride, data }] }: z.infer<typeof decoded>): HeicPixels {
  const rowBytes = width * 3;
  if (stride === rowBytes) return { rgb: data, width, height };
  const rgb = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    rgb.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return { rgb, width, height };
}
