import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { ask, type Answer, type Fault } from './ask.ts';
import { DecisionButtons, ReviewNote, sendDecision } from './decision.tsx';
import { Chip, Confidence, PlateOrStatus, RecordList, Trouble } from './parts.tsx';
import { useWords } from './preferences.ts';
import { Viewer } from './viewer.tsx';
import { VisitsOfPlate } from './visits-page.tsx';
import { attributeOf, sentenceOf, termOf, type Language } from './words.ts';

const picture = z.object({ record: pictureRecord, others: z.array(pictureRecord) });
type PictureAnswer = Answer<z.infer<typeof picture>>;

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
  if (answer?.kind === 'content') {
    const show = (record: PictureRecord) => {
      setAnswer({ kind: 'content', content: { ...answer.content, record } });
    };
    return <PictureContent {...answer.content} show={show} />;
  }
  return (
    <main id="content">
      <h1 class="visually-hidden">{title}</h1>
      {answer === undefined ? <p class="loading">{loading}</p> : <Trouble fault={answer.fault} />}
    </main>
  );
}

function PictureContent({
  record,
  others,
  show,
}: z.infer<typeof picture> & { readonly show: (record: PictureRecord) => void }) {
  const text = useWords();
  const [fault, setFault] = useState<Fault>();
  const { language } = text;
  return (
    <main id="content">
      <div class="toolbar">
        <h1>
          <PlateOrStatus record={record} />
        </h1>
        {record.confidence !== undefined && <Confidence value={record.confidence} />}
        {record.verdict !== undefined && <Chip value={record.verdict} />}
        <span class="where">
          <b>{record.camera ?? '—'}</b> {koreaTimeOf(record.capturedAt)}
        </span>
      </div>
      {record.reason && <p class="note">{sentenceOf(record.reason, language)}</p>}
      {record.needsReview === true && <p class="note">{text.needsReview}</p>}
      <ReviewNote record={record} />
      {fault && <Trouble fault={fault} />}
      <DecisionButtons
        record={record}
        hasKeys={false}
        decide={(decision) => {
          void sendDecision(record, decision).then((answer) => {
            if (answer.kind === 'fault') setFault(answer.fault);
            else show(answer.content.record);
          });
        }}
      />
      <div class="picture-columns">
        <div>
          <Viewer key={record.imageId} record={record} />
          <h2>{text.otherReads}</h2>
          {others.length === 0 ? (
            <p class="muted">{text.noOtherReads}</p>
          ) : (
            <RecordList rows={others.map((other) => ({ record: other }))} />
          )}
          {record.plateKey !== undefined && <VisitsOfPlate plate={record.plateKey} />}
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
  ...[
    'camera',
    'capturedAt',
    'capturedAtSource',
    'uploadedAt',
    'readAt',
    'status',
    'reason',
    'needsReview',
    'review',
  ],
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
        .map((read) => `${plateTextOf(read) ?? ''} (${read.confidence.toFixed(2)})`)
        .join(', ');
    case 'review':
      return record.review ? `${termOf(record.review.decision, language)} (${record.review.by})` : '';
    case 'plateCorrections':
      return (record.plateCorrections ?? []).map(({ from, to }) => `${from} → ${to}`).join(', ');
    case 'preparation':
      return (record.preparation ?? []).map((step) => termOf(step, language)).join(', ');
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
    case 'reviewState':
      return termOf(String(value), language);
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
