import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { ask, type Answer } from './ask.ts';
import { Chip, Confidence, Plate, RecordList, Trouble } from './parts.tsx';
import { useWords } from './preferences.ts';
import { attributeOf, sentenceOf, termOf, type Language } from './words.ts';

const picture = z.object({ record: pictureRecord, others: z.array(pictureRecord) });
type PictureAnswer = Answer<z.infer<typeof picture>>;

const zooms = [1, 1.5, 2, 3, 4, 6] as const;

/** One picture with its box, everything that its record says, and other pictures of its plate. */
export function PicturePage({ imageId }: { readonly imageId: string }) {
  const { picture: title, loading } = useWords();
  const [answer, setAnswer] = useState<PictureAnswer>();
  useEffect(() => {
    const leaving = new AbortController();
    setAnswer(undefined);
    ask(`/api/picture?${new URLSearchParams({ id: imageId })}`, picture, { signal: leaving.signal }).then(
      setAnswer,
      () => undefined,
    );
    return () => {
      leaving.abort();
    };
  }, [imageId]);
  if (answer?.kind === 'content') return <PictureContent {...answer.content} />;
  return (
    <main id="content">
      <h1 class="visually-hidden">{title}</h1>
      {answer === undefined ? <p class="loading">{loading}</p> : <Trouble fault={answer.fault} />}
    </main>
  );
}

function PictureContent({ record, others }: z.infer<typeof picture>) {
  const text = useWords();
  const { language } = text;
  return (
    <main id="content">
      <div class="toolbar">
        <h1>
          {record.plate === undefined ? (
            <Chip value={record.status} />
          ) : (
            <Plate text={record.plate} plateClass={record.plateClass} />
          )}
        </h1>
        {record.confidence !== undefined && <Confidence value={record.confidence} />}
        {record.verdict !== undefined && <Chip value={record.verdict} />}
        <span class="where">
          <b>{record.camera ?? '—'}</b> {koreaTimeOf(record.capturedAt)}
        </span>
      </div>
      {record.reason && <p class="note">{sentenceOf(record.reason, language)}</p>}
      {record.needsReview === true && <p class="note">{text.needsReview}</p>}
      <div class="picture-columns">
        <div>
          <Viewer key={record.imageId} record={record} />
          <h2>{text.otherReads}</h2>
          {others.length === 0 ? (
            <p class="muted">{text.noOtherReads}</p>
          ) : (
            <RecordList rows={others.map((other) => ({ record: other }))} />
          )}
        </div>
        <section aria-label={text.details}>
          <h2>{text.details}</h2>
          <Attributes record={record} />
        </section>
      </div>
      <p class="keys">{text.pictureKeys}</p>
    </main>
  );
}

function Viewer({ record }: { readonly record: PictureRecord }) {
  const text = useWords();
  const [zoomStep, setZoomStep] = useState(0);
  const [hasBox, setHasBox] = useState(true);
  const [isMissing, setMissing] = useState(record.fileType === undefined);
  const zoomBy = (steps: number) => {
    setZoomStep((step) => Math.min(Math.max(step + steps, 0), zooms.length - 1));
  };
  const toggleBox = () => {
    setHasBox((has) => !has);
  };
  useViewerKeys(zoomBy, toggleBox);
  const address = `/api/picture/bytes?${new URLSearchParams({ id: record.imageId })}`;
  const { width = 0, height = 0, plates = [] } = record;
  return (
    <div class="viewer">
      <ViewerButtons
        address={address}
        zoomStep={zoomStep}
        zoomBy={zoomBy}
        hasBox={hasBox}
        toggleBox={toggleBox}
      />
      {isMissing ? (
        <p class="viewer-none">{text.pictureGone}</p>
      ) : (
        <div class="viewer-window" tabIndex={0} role="region" aria-label={text.picture}>
          <div class="viewer-sheet" style={{ width: `${(zooms[zoomStep] ?? 1) * 100}%` }}>
            <img
              src={address}
              width={width}
              height={height}
              alt={`${text.pictureAlt} ${record.plate ?? record.key}`}
              onError={() => {
                setMissing(true);
              }}
            />
            {hasBox && width > 0 && (
              <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
                {plates.map(({ box }, index) => (
                  <polygon
                    key={index}
                    points={`${box.x1},${box.y1} ${box.x2},${box.y2} ${box.x3},${box.y3} ${box.x4},${box.y4}`}
                  />
                ))}
              </svg>
            )}
          </div>
        </div>
      )}
    </div>
  );
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
    const press = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (target instanceof HTMLInputElement || ctrlKey || metaKey || altKey) return;
      if (key === '+' || key === '=') zoomBy(1);
      else if (key === '-') zoomBy(-1);
      else if (key === 'b') toggleBox();
      else if (key === 'Escape') history.back();
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  }, []);
}

const attributeOrder = [
  ...[
    'plate',
    'confidence',
    'verdict',
    'plateFaults',
    'plateCorrections',
    'plateClass',
    'vehicleKind',
    'region',
  ],
  ...['camera', 'capturedAt', 'capturedAtSource', 'uploadedAt', 'readAt', 'status', 'reason', 'needsReview'],
];
/** The picture shows them. */
const drawnAttributes = new Set(['box', 'claimOwner', 'claimUntil']);

function Attributes({ record }: { readonly record: PictureRecord }) {
  const { language } = useWords();
  const names = [...new Set([...attributeOrder, ...Object.keys(record)])].filter(
    (name) => record[name] !== undefined && !drawnAttributes.has(name),
  );
  return (
    <dl class="attributes">
      {names.map((name) => (
        <div key={name}>
          <dt>{attributeOf(name, language)}</dt>
          <dd>{valueOf(record, name, language)}</dd>
        </div>
      ))}
    </dl>
  );
}

function valueOf(record: PictureRecord, name: string, language: Language): string {
  const value = record[name];
  switch (name) {
    case 'reason':
      return record.reason ? `${sentenceOf(record.reason, language)} (${record.reason.code})` : '';
    case 'confidence':
      return (record.confidence ?? 0).toFixed(2);
    case 'plates':
      return (record.plates ?? [])
        .map(({ plate, confidence }) => `${plate} (${confidence.toFixed(2)})`)
        .join(', ');
    case 'plateCorrections':
      return (record.plateCorrections ?? []).map(({ from, to }) => `${from} → ${to}`).join(', ');
    case 'plateFaults':
      return (record.plateFaults ?? []).join('; ');
    case 'expiresAt':
      return koreaTimeOf(new Date((record.expiresAt ?? 0) * 1000).toISOString());
    case 'capturedAt':
    case 'uploadedAt':
    case 'readAt':
    case 'nextTryAt':
      return koreaTimeOf(String(value));
    case 'status':
    case 'capturedAtSource':
    case 'verdict':
    case 'plateClass':
    case 'vehicleKind':
    case 'resolution':
    case 'needsReview':
      return termOf(String(value), language);
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
