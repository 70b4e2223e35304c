import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import type { Box } from '../../../functions/core/record/plate-read.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { shownPlateOf } from '../../../functions/core/record/review.ts';
import { liesOnItsSide, uprightPointOf } from '../../../functions/plate-reader/orientation.ts';
import { ask } from './ask.ts';
import { useWords } from './preferences.ts';

const zooms = [1, 1.5, 2, 3, 4, 6] as const;

/** A picture with the box of each plate, to enlarge and to save. */
export function Viewer({ record }: { readonly record: PictureRecord }) {
  const [zoomStep, setZoomStep] = useState(0);
  const [hasBox, setHasBox] = useState(true);
  const zoomBy = (steps: number) => {
    setZoomStep((step) => Math.min(Math.max(step + steps, 0), zooms.length - 1));
  };
  const toggleBox = () => {
    setHasBox((has) => !has);
  };
  useViewerKeys(zoomBy, toggleBox);
  return (
    <div class="viewer">
      <ViewerButtons
        address={bytesAddress(record)}
        zoomStep={zoomStep}
        zoomBy={zoomBy}
        hasBox={hasBox}
        toggleBox={toggleBox}
      />
      <PictureWithBoxes record={record} hasBox={hasBox} zoom={zooms[zoomStep] ?? 1} />
    </div>
  );
}

/** A picture with the box of each plate over it; `zoom` 1 fits its place. */
export function PictureWithBoxes({
  record,
  hasBox,
  zoom = 1,
}: {
  readonly record: PictureRecord;
  readonly hasBox: boolean;
  readonly zoom?: number;
}) {
  const text = useWords();
  const [isMissing, setMissing] = useState(record.fileType === undefined);
  const orientation = useOrientation(record);
  const { plates = [] } = record;
  const [width, height] = uprightSizeOf(record, orientation ?? 1);
  if (isMissing) return <p class="viewer-none">{text.pictureGone}</p>;
  return (
    <div class="viewer-window" tabIndex={0} role="region" aria-label={text.picture}>
      <div class="viewer-sheet" style={{ width: `${zoom * 100}%` }}>
        <img
          class={isTurned(record) ? '' : 'viewer-as-stored'}
          src={bytesAddress(record)}
          width={width}
          height={height}
          alt={`${text.pictureAlt} ${shownPlateOf(record) ?? record.key}`}
          onError={() => {
            setMissing(true);
          }}
        />
        {hasBox && width > 0 && orientation !== undefined && (
          <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {plates.map(({ box }, index) => (
              <polygon key={index} points={pointsOf(box, record, orientation)} />
            ))}
          </svg>
        )}
      </div>
    </div>
  );
}

/** The reader's boxes are in pixels as the file stores them; people see the picture as EXIF turns it. */
function pointsOf(box: Box, { width = 0, height = 0 }: PictureRecord, orientation: number): string {
  return [
    { x: box.x1, y: box.y1 },
    { x: box.x2, y: box.y2 },
    { x: box.x3, y: box.y3 },
    { x: box.x4, y: box.y4 },
  ]
    .map((corner) => uprightPointOf(corner, orientation, width, height))
    .map(({ x, y }) => `${x},${y}`)
    .join(' ');
}

function uprightSizeOf(
  { width = 0, height = 0 }: PictureRecord,
  orientation: number,
): readonly [number, number] {
  return liesOnItsSide(orientation) ? [height, width] : [width, height];
}

function isTurned({ preparation = [] }: PictureRecord): boolean {
  return preparation.includes('turned');
}

/** EXIF's orientation of a picture, 1 for an upright one; undefined until the console has looked. */
function useOrientation(record: PictureRecord): number | undefined {
  const [orientation, setOrientation] = useState(isTurned(record) ? undefined : 1);
  useEffect(() => {
    if (!isTurned(record)) return;
    const path = `/api/picture/orientation?${new URLSearchParams({ id: record.imageId })}`;
    void ask(path, z.object({ orientation: z.number() })).then((answer) => {
      if (answer.kind === 'content') setOrientation(answer.content.orientation);
    });
  }, [record.imageId]);
  return orientation;
}

function bytesAddress({ imageId }: PictureRecord): string {
  return `/api/picture/bytes?${new URLSearchParams({ id: imageId })}`;
}

function ViewerButtons({
  address,
  zoomStep,
  zoomBy,
  hasBox,
  toggleBox,
}: {
  readonly address: string;
  readonly zoomStep: number;
  readonly zoomBy: (steps: number) => void;
  readonly hasBox: boolean;
  readonly toggleBox: () => void;
}) {
  const text = useWords();
  return (
    <div class="viewer-buttons">
      <button
        class="button"
        onClick={() => {
          zoomBy(-1);
        }}
        disabled={zoomStep === 0}
        aria-label={text.zoomOut}
      >
        −
      </button>
      <button
        class="button"
        onClick={() => {
          zoomBy(1);
        }}
        disabled={zoomStep === zooms.length - 1}
        aria-label={text.zoomIn}
      >
        +
      </button>
      <button class="button" onClick={toggleBox} aria-pressed={hasBox}>
        {text.showBox}
      </button>
      <a class="button" href={`${address}&download=1`} download>
        {text.download}
      </a>
    </div>
  );
}

function useViewerKeys(zoomBy: (steps: number) => void, toggleBox: () => void): void {
  useEffect(() => {
    const press = ({ code, key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (target instanceof HTMLInputElement || ctrlKey || metaKey || altKey) return;
      if (key === '+' || key === '=') zoomBy(1);
      else if (key === '-') zoomBy(-1);
      else if (code === 'KeyB') toggleBox();
      else if (key === 'Escape') history.back();
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  }, []);
}
