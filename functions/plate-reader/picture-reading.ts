import type { FileType } from '../core/picture/file-type.ts';
import type { PlateRead } from '../core/record/plate-read.ts';
import type { Reason } from '../core/record/reason.ts';

/**
 * What a reader says of a picture. A picture without plates is `read` with an empty list; a file that cannot
 * be read is `refused`.
 */
export type PictureReading =
  | {
      readonly kind: 'read';
      /**
       * Best first. Corners are pixels of the uploaded picture as its file stores them, before EXIF turns it.
       */
      readonly plates: readonly PlateRead[];
      readonly picture: ReadPicture;
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** The picture as its file stores it: width and height in pixels before EXIF turns it. */
type ReadPicture = {
  readonly fileType: FileType;
  readonly width: number;
  readonly height: number;
  /** How EXIF turns it, 1 to 8; 1 for upright. */
  readonly orientation: number;
  /** `low` below 1280×720 pixels, as the vendor's API says it. */
  readonly resolution: 'normal' | 'low';
};
