// The package's own types describe an ES module, which it is not.

declare module 'libheif-js/libheif-wasm/libheif.js' {
  /** The parts of libheif that Plateline uses; it is a WebAssembly with functions of the C interface. */
  type LibHeif = {
    readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
    readonly heif_chroma: { readonly heif_chroma_interleaved_RGB: unknown };
    heif_context_alloc(): unknown;
    heif_context_read_from_memory(context: unknown, bytes: Uint8Array): unknown;
    /** An object with a `code` where it fails. */
    heif_js_context_get_primary_image_handle(context: unknown): unknown;
    heif_image_handle_get_width(handle: unknown): number;
    heif_image_handle_get_height(handle: unknown): number;
    heif_js_decode_image2(handle: unknown, colorspace: unknown, chroma: unknown): unknown;
  };

  /** Each call makes an instance with memory of its own. */
  function createLibHeif(): LibHeif;

  export = createLibHeif;
}
