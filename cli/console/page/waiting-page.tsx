import { useContext, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { reason } from '../../../functions/core/record/reason.ts';
import { pictureRecord } from '../../../functions/core/record/record.ts';
import { ask, type Fault } from './ask.ts';
import { Empty, RecordList, Tiles, Trouble } from './parts.tsx';
import { usePolled } from './poll.ts';
import { useWords, useWordsOf, WriterContext } from './preferences.ts';
import { waitingWords } from './waiting-words.ts';
import { sentenceOf } from './words.ts';

const waiting = z.object({
  reasons: z.array(z.object({ reason, pictures: z.number() })),
  isComplete: z.boolean(),
  pictures: z.array(pictureRecord),
  queued: z.number(),
  hidden: z.number(),
  deadLetters: z.number(),
});
type Waiting = z.infer<typeof waiting>;

const explained = z.object({
  messages: z.number(),
  groups: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      ifMoved: z.enum(['read', 'done', 'returns']),
      messages: z.number(),
      examples: z.array(z.string()),
    }),
  ),
});
type Explained = z.infer<typeof explained>;

/** Hears how many messages were moved. */
type Moved = (messages: number) => void;

const redriven = z.object({ moved: z.number() });

const pollIntervalMs = 5000;

/** What waits and why, and the messages that were given up. */
export function WaitingPage() {
  const text = useWords();
  const { moved: movedWord } = useWordsOf(waitingWords);
  const { content, fault, refresh } = usePolled('/api/waiting', waiting, pollIntervalMs);
  const [moved, setMoved] = useState<number>();
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.waiting}</h1>
      </div>
      {fault && <Trouble fault={fault} />}
      <p role="status">{moved !== undefined && `${movedWord} ${moved}`}</p>
      {content === undefined && !fault && <p class="loading">{text.loading}</p>}
      {content && (
        <>
          <WaitingTiles content={content} />
          <WaitingPictures content={content} />
          {content.deadLetters > 0 && (
            <DeadLetters
              count={content.deadLetters}
              onMoved={(count) => {
                setMoved(count);
                refresh();
              }}
            />
          )}
        </>
      )}
    </main>
  );
}

function WaitingTiles({ content }: { readonly content: Waiting }) {
  const { language } = useWords();
  const text = useWordsOf(waitingWords);
  const count = (value: number) => value.toLocaleString(language);
  const waitingCount = content.reasons.reduce((sum, { pictures }) => sum + pictures, 0);
  return (
    <Tiles
      tiles={[
        { name: text.waitingPictures, value: `${count(waitingCount)}${content.isComplete ? '' : '+'}` },
        { name: text.queued, value: count(content.queued) },
        { name: text.hidden, value: count(content.hidden) },
        { name: text.deadLetters, value: count(content.deadLetters), isBad: content.deadLetters > 0 },
      ]}
    />
  );
}

function WaitingPictures({ content }: { readonly content: Waiting }) {
  const { language } = useWords();
  const text = useWordsOf(waitingWords);
  if (content.pictures.length === 0) {
    if (content.deadLetters > 0) return null;
    return <Empty title={text.nothingWaits}>{text.nothingWaitsHint}</Empty>;
  }
  return (
    <section>
      <h2>{text.why}</h2>
      <div class="table-window">
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">
                {text.pictures}
              </th>
              <th scope="col">{text.reason}</th>
            </tr>
          </thead>
          <tbody>
            {content.reasons.map(({ reason: why, pictures }) => (
              <tr key={why.code}>
                <td class="number">{pictures.toLocaleString(language)}</td>
                <td title={`${why.code}: ${why.message}`}>{sentenceOf(why, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!content.isComplete && <p class="muted">{text.atLeast}</p>}
      <RecordList rows={content.pictures.map((record) => ({ record }))} />
    </section>
  );
}

function DeadLetters({ count, onMoved }: { readonly count: number; readonly onMoved: Moved }) {
  const { language } = useWords();
  const text = useWordsOf(waitingWords);
  const [state, setState] = useState<'idle' | 'looking'>('idle');
  const [shown, setShown] = useState<Explained>();
  const [fault, setFault] = useState<Fault>();
  const look = async () => {
    setState('looking');
    const answer = await ask('/api/waiting/dead-letters', explained);
    setState('idle');
    setFault(answer.kind === 'fault' ? answer.fault : undefined);
    if (answer.kind === 'content') setShown(answer.content);
  };
  return (
    <section>
      <h2>
        {count.toLocaleString(language)} {text.deadLetters}
      </h2>
      <p class="muted">{text.deadLettersHint}</p>
      {fault && <Trouble fault={fault} />}
      <div class="buttons">
        <button class="button" disabled={state === 'looking'} onClick={() => void look()}>
          {state === 'looking' ? text.looking : text.showWhy}
        </button>
        <Redrive
          onMoved={(moved) => {
            setShown(undefined);
            onMoved(moved);
          }}
        />
      </div>
      {shown && <DeadLetterTable explained={shown} />}
    </section>
  );
}

function DeadLetterTable({ explained: { groups } }: { readonly explained: Explained }) {
  const { language } = useWords();
  const text = useWordsOf(waitingWords);
  return (
    <div class="table-window">
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {text.messages}
            </th>
            <th scope="col">{text.reason}</th>
            <th scope="col">{text.ifMoved}</th>
            <th scope="col">{text.example}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={`${group.code} ${group.message}`}>
              <td class="number">{group.messages.toLocaleString(language)}</td>
              <td title={`${group.code}: ${group.message}`}>{sentenceOf(group, language)}</td>
              <td>{text[group.ifMoved]}</td>
              <td class="example">{group.examples[0]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Moves all dead letters back to the queue, after a question. */
function Redrive({ onMoved }: { readonly onMoved: Moved }) {
  const text = useWordsOf(waitingWords);
  const writer = useContext(WriterContext);
  const [state, setState] = useState<'idle' | 'asking' | 'moving'>('idle');
  const [fault, setFault] = useState<Fault>();
  const move = async () => {
    setState('moving');
    const answer = await ask('/api/waiting/redrive', redriven, { method: 'POST' });
    setFault(answer.kind === 'fault' ? answer.fault : undefined);
    setState('idle');
    if (answer.kind === 'content') onMoved(answer.content.moved);
  };
  if (writer === undefined) return <span class="muted">{text.readOnly}</span>;
  if (state === 'asking') {
    return (
      <>
        <b>{text.confirm}</b>
        <button class="button button-main" onClick={() => void move()}>
          {text.yes}
        </button>
        <button
          class="button"
          onClick={() => {
            setState('idle');
          }}
        >
          {text.no}
        </button>
      </>
    );
  }
  return (
    <>
      <button
        class="button button-main"
        disabled={state === 'moving'}
        onClick={() => {
          setState('asking');
        }}
      >
        {text.redrive}
      </button>
      <span role="status">{state === 'moving' && text.moving}</span>
      {fault && <Trouble fault={fault} />}
    </>
  );
}
