import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { currentPlateOf, type Decision } from '../../../functions/core/record/review.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { ask, type Answer } from './ask.ts';
import { Chip, Plate } from './parts.tsx';
import { useWordsOf, WriterContext } from './preferences.ts';
import { reviewWords } from './review-words.ts';

const decided = z.object({ record: pictureRecord });

/** Sends a decision about the record as the page shows it; the answer has the record after that. */
export function sendDecision(
  { imageId: id, readAt, review }: PictureRecord,
  decision: Decision,
): Promise<Answer<z.infer<typeof decided>>> {
  return ask('/api/review', decided, {
    method: 'POST',
    body: JSON.stringify({ id, decision, readAt, reviewedAt: review?.at }),
    headers: { 'Content-Type': 'application/json' },
  });
}

/** The buttons with which a person decides; `hasKeys` also by single keys. Nothing where the page only reads. */
export function DecisionButtons({
  record,
  decide,
  hasKeys,
}: {
  readonly record: PictureRecord;
  readonly decide: (decision: Decision) => void;
  readonly hasKeys: boolean;
}) {
  const text = useWordsOf(reviewWords);
  const writer = useContext(WriterContext);
  const [isTyping, setTyping] = useState(false);
  const type = () => {
    setTyping(true);
  };
  useDecisionKeys(hasKeys && writer !== undefined && !isTyping, decide, type);
  const isRead = record.status === 'READ';
  if (writer === undefined || (!isRead && record.status !== 'NO_PLATE')) return null;
  if (isTyping) {
    return (
      <PlateForm
        plate={currentPlateOf(record) ?? ''}
        save={(plate) => {
          setTyping(false);
          decide({ kind: 'correct', plate });
        }}
        cancel={() => {
          setTyping(false);
        }}
      />
    );
  }
  const button = (kind: 'confirm' | 'reject' | 'reopen', word: string, key: string, className = '') => (
    <button
      class={`button ${className}`}
      onClick={() => {
        decide({ kind });
      }}
    >
      {word} {hasKeys && <kbd>{key}</kbd>}
    </button>
  );
  return (
    <div class="buttons">
      {isRead && button('confirm', text.confirm, 'y', hasKeys ? 'button-main' : '')}
      <button class="button" onClick={type}>
        {isRead ? text.correct : text.add} {hasKeys && <kbd>e</kbd>}
      </button>
      {isRead && button('reject', text.reject, 'x')}
      {record.review && button('reopen', text.takeBack, 'u')}
    </div>
  );
}

function PlateForm({
  plate,
  save,
  cancel,
}: {
  readonly plate: string;
  readonly save: (plate: string) => void;
  readonly cancel: () => void;
}) {
  const text = useWordsOf(reviewWords);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.select();
  }, []);
  return (
    <form
      class="buttons"
      onSubmit={(event) => {
        event.preventDefault();
        save(input.current?.value ?? '');
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) cancel();
      }}
    >
      <label class="field">
        <span>{text.newPlate}</span>
        <input ref={input} class="plate-input" lang="ko" maxLength={30} defaultValue={plate} required />
      </label>
      <button class="button button-main">{text.save}</button>
      <button class="button" type="button" onClick={cancel}>
        {text.cancel}
      </button>
    </form>
  );
}

/** By the place of a key, since a Korean keyboard may write hangul. */
function useDecisionKeys(isOn: boolean, decide: (decision: Decision) => void, type: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      const { code, target, ctrlKey, metaKey, altKey, repeat } = event;
      if (target instanceof HTMLInputElement || ctrlKey || metaKey || altKey || repeat) return;
      if (code === 'KeyY') decide({ kind: 'confirm' });
      else if (code === 'KeyX') decide({ kind: 'reject' });
      else if (code === 'KeyE') {
        event.preventDefault();
        type();
      }
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  }, [isOn, decide, type]);
}

/** What a person decided: the decision, what was read, who and when. */
export function ReviewNote({ record: { plate, plateClass, review } }: { readonly record: PictureRecord }) {
  const text = useWordsOf(reviewWords);
  if (!review) return null;
  return (
    <p class="note note-review">
      <Chip value={review.decision} />
      {review.decision === 'corrected' && plate !== undefined && (
        <span>
          {text.readAs} <Plate text={plate} plateClass={plateClass} />
        </span>
      )}
      <span>
        {review.by}, {koreaTimeOf(review.at)}
      </span>
    </p>
  );
}
