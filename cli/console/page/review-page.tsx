import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import { shownPlateOf, type Decision } from '../../../functions/core/record/review.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { ask, type Fault } from './ask.ts';
import { DecisionButtons, sendDecision } from './decision.tsx';
import { Link, pictureAddress } from './navigation.tsx';
import { Chip, Confidence, Empty, Plate, Thumbnail, Trouble } from './parts.tsx';
import { useWords, useWordsOf, WriterContext } from './preferences.ts';
import { reviewWords } from './review-words.ts';
import { Viewer } from './viewer.tsx';

const openReviews = z.object({ records: z.array(pictureRecord), hasMore: z.boolean() });

/** How often an empty page looks for new pictures. */
const refillMs = 10_000;

/** The pictures that a person should look at, one after the other. */
export function ReviewPage() {
  const text = useWords();
  const words = useWordsOf(reviewWords);
  const writer = useContext(WriterContext);
  const queue = useQueue();
  const { records = [], current } = queue;
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.review}</h1>
        {records.length > 0 && (
          <span class="chip">
            {records.length}
            {queue.hasMore ? '+' : ''}
          </span>
        )}
        {writer !== undefined && (
          <span class="where">
            {words.as} <b>{writer}</b>
          </span>
        )}
      </div>
      {writer === undefined && <p class="note">{words.readOnly}</p>}
      {queue.fault && <Trouble fault={queue.fault} />}
      {queue.last && <LastDecision record={queue.last} takeBack={queue.takeBack} />}
      {queue.records === undefined && !queue.fault && <p class="loading">{text.loading}</p>}
      {queue.records?.length === 0 && <Empty title={words.nothingOpen}>{words.nothingOpenHint}</Empty>}
      {current !== undefined && (
        <div class="review-columns">
          <ReviewCard key={current.imageId} record={current} decide={queue.decide} skip={queue.skip} />
          <section aria-label={words.waiting}>
            <h2>{words.waiting}</h2>
            <ol class="records review-queue">
              {records.map((record) => (
                <li key={record.imageId}>
                  <button
                    class="record"
                    aria-current={record === current ? 'true' : undefined}
                    onClick={() => {
                      queue.choose(record);
                    }}
                  >
                    <Thumbnail record={record} />
                    <span class="record-where">
                      <b>{shownPlateOf(record)}</b>
                      <span>{record.camera}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
      <p class="keys">{words.keys}</p>
    </main>
  );
}

function ReviewCard({
  record,
  decide,
  skip,
}: {
  readonly record: PictureRecord;
  readonly decide: (decision: Decision) => void;
  readonly skip: () => void;
}) {
  const words = useWordsOf(reviewWords);
  const writer = useContext(WriterContext);
  const { plates = [], plateFaults = [], verdict, camera, capturedAt } = record;
  const others = plates.flatMap(({ plate, confidence }) =>
    plate === undefined || plate === record.plate ? [] : [{ plate, confidence }],
  );
  const reasons = [
    ...plateFaults,
    ...(verdict === 'valid' ? [words.lowConfidence] : []),
    ...(plates.length > 1 ? [words.severalPlates] : []),
  ];
  return (
    <article class="review-card">
      <img
        class="review-plate"
        src={`/api/picture/plate?${new URLSearchParams({ id: record.imageId, large: '1' })}`}
        alt=""
      />
      <div class="review-read">
        <Plate text={plateTextOf(record) ?? ''} plateClass={record.plateClass} />
        {record.confidence !== undefined && <Confidence value={record.confidence} />}
        {verdict !== undefined && <Chip value={verdict} />}
        <Link to={pictureAddress(record.imageId)}>
          {camera ?? '—'}, {koreaTimeOf(capturedAt)}
        </Link>
      </div>
      <p class="muted">{reasons.join(' · ')}</p>
      <div class="review-buttons">
        <DecisionButtons record={record} decide={decide} hasKeys />
        <button class="button" onClick={skip}>
          {words.next} <kbd>j</kbd>
        </button>
      </div>
      {others.length > 0 && writer !== undefined && (
        <p class="buttons">
          {words.otherPlates}
          {others.map((read, index) => (
            <button
              key={index}
              class="button"
              onClick={() => {
                decide({ kind: 'correct', plate: read.plate });
              }}
            >
              {words.take} {read.plate} ({read.confidence.toFixed(2)})
            </button>
          ))}
        </p>
      )}
      <Viewer record={record} />
    </article>
  );
}

function LastDecision({
  record,
  takeBack,
}: {
  readonly record: PictureRecord;
  readonly takeBack: () => void;
}) {
  const words = useWordsOf(reviewWords);
  return (
    <p class="note note-review" role="status">
      <Plate text={shownPlateOf(record) ?? ''} plateClass={record.plateClass} />
      {record.review && <Chip value={record.review.decision} />}
      <button class="button" onClick={takeBack}>
        {words.takeBack} <kbd>u</kbd>
      </button>
    </p>
  );
}

type Queue = {
  readonly records: readonly PictureRecord[] | undefined;
  readonly hasMore: boolean;
  readonly fault: Fault | undefined;
  /** The last picture that was decided here. */
  readonly last: PictureRecord | undefined;
  readonly chosenId: string | undefined;
};

const unknownQueue: Queue = {
  records: undefined,
  hasMore: false,
  fault: undefined,
  last: undefined,
  chosenId: undefined,
};

/** The open pictures, and what the page does with them. */
function useQueue() {
  const [queue, setQueue] = useState(unknownQueue);
  // An index is behind its table for a moment, and would bring these back.
  const decidedIds = useRef(new Set<string>());
  const isSending = useRef(false);
  const { records = [], last } = queue;
  const current = records.find(({ imageId }) => imageId === queue.chosenId) ?? records[0];

  const load = useCallback(async () => {
    const answer = await ask('/api/review', openReviews);
    setQueue((before) => {
      if (answer.kind === 'fault') return { ...before, fault: answer.fault };
      const open = answer.content.records.filter(({ imageId }) => !decidedIds.current.has(imageId));
      return { ...before, records: open, hasMore: answer.content.hasMore, fault: undefined };
    });
  }, []);
  useEffect(() => {
    void load();
  }, [load]);
  const isEmpty = records.length === 0;
  useEffect(() => {
    if (!isEmpty) return;
    const timer = window.setInterval(() => void load(), refillMs);
    return () => {
      window.clearInterval(timer);
    };
  }, [isEmpty, load]);

  const send = async (record: PictureRecord, decision: Decision) => {
    if (isSending.current) return;
    isSending.current = true;
    const answer = await sendDecision(record, decision);
    isSending.current = false;
    if (answer.kind === 'fault') {
      if (answer.fault.code === 'REVIEWED_MEANWHILE') await load();
      setQueue((before) => ({ ...before, fault: answer.fault }));
      return;
    }
    const after = answer.content.record;
    if (after.review) decidedIds.current.add(after.imageId);
    else decidedIds.current.delete(after.imageId);
    setQueue((before) => withDecided(before, after));
    if (records.length === 1 && after.review) await load();
  };
  const move = (steps: number) => {
    const place = records.findIndex((record) => record === current);
    const next = records[(place + steps + records.length) % records.length];
    setQueue((before) => ({ ...before, chosenId: next?.imageId }));
  };
  const takeBack = () => {
    if (last) void send(last, { kind: 'reopen' });
  };
  useQueueKeys(move, takeBack);
  return {
    ...queue,
    current,
    decide: (decision: Decision) => {
      if (current) void send(current, decision);
    },
    takeBack,
    skip: () => {
      move(1);
    },
    choose: ({ imageId }: PictureRecord) => {
      setQueue((before) => ({ ...before, chosenId: imageId }));
    },
  };
}

/** The next picture takes the place of one that is decided; one that is taken back is shown again. */
function withDecided(queue: Queue, after: PictureRecord): Queue {
  const { records = [] } = queue;
  const place = records.findIndex(({ imageId }) => imageId === after.imageId);
  const others = records.filter(({ imageId }) => imageId !== after.imageId);
  return after.review
    ? { ...queue, records: others, last: after, chosenId: others[place]?.imageId, fault: undefined }
    : { ...queue, records: [after, ...others], last: undefined, chosenId: after.imageId, fault: undefined };
}

/** By the place of a key, since a Korean keyboard may write hangul. */
function useQueueKeys(move: (steps: number) => void, takeBack: () => void): void {
  useEffect(() => {
    const press = ({ code, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (target instanceof HTMLInputElement || ctrlKey || metaKey || altKey) return;
      if (code === 'KeyJ') move(1);
      else if (code === 'KeyK') move(-1);
      else if (code === 'KeyU') takeBack();
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  });
}
