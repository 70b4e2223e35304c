import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import * as z from 'zod/mini';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { shownPlateOf } from '../../../functions/core/record/review.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import type { Fault } from './ask.ts';
import { liveWords } from './live-words.ts';
import { Link, pictureAddress } from './navigation.tsx';
import { useWords, useWordsOf } from './preferences.ts';
import { sentenceOf, termOf } from './words.ts';

/** A plate that looks like one, in the colours of its use. */
export function Plate({
  text,
  plateClass = '',
  isRejected = false,
}: {
  readonly text: string;
  readonly plateClass?: string | undefined;
  readonly isRejected?: boolean;
}) {
  const isYellow = ['commercial', 'parcel'].includes(plateClass);
  return (
    <span class={`plate ${isYellow ? 'plate-yellow' : ''} ${isRejected ? 'plate-rejected' : ''}`} lang="ko">
      {text}
    </span>
  );
}

/** The plate that counts, or the status of a picture without one. */
export function PlateOrStatus({ record }: { readonly record: PictureRecord }) {
  const plate = shownPlateOf(record);
  if (plate === undefined) return <Chip value={record.status} />;
  const isRejected = record.review?.decision === 'rejected';
  return <Plate text={plate} plateClass={record.plateClass} isRejected={isRejected} />;
}

/** A confidence of 0 to 1, as a bar and a number. */
export function Confidence({ value }: { readonly value: number }) {
  const { confidence } = useWords();
  return (
    <span class="confidence">
      <meter min={0} max={1} low={0.6} high={0.8} optimum={1} value={value} aria-label={confidence} />
      {value.toFixed(2)}
    </span>
  );
}

/** A status or verdict in a word, coloured. */
export function Chip({ value }: { readonly value: string }) {
  const { language } = useWords();
  return <span class={`chip chip-${value.toLowerCase()}`}>{termOf(value, language)}</span>;
}

/** An error in a sentence. */
export function Trouble({ fault }: { readonly fault: Fault }) {
  const { language } = useWords();
  return (
    <div class="trouble" role="alert">
      {sentenceOf(fault, language)}
    </div>
  );
}

/** What a page shows where it has nothing else to show. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <svg viewBox="0 0 64 32" aria-hidden="true">
        <rect x="2" y="2" width="60" height="28" rx="6" />
        <path d="M14 16h6M24 16h6M34 16h6M44 16h6" />
      </svg>
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

/** A picture of the console, which may be gone. */
export function Thumbnail({ record }: { readonly record: PictureRecord }) {
  const [isMissing, setMissing] = useState(false);
  const hasPicture = record.fileType !== undefined && !isMissing;
  if (!hasPicture) return <span class="thumbnail thumbnail-none" aria-hidden="true" />;
  const path = record.box === undefined ? 'small' : 'plate';
  return (
    <img
      class="thumbnail"
      src={`/api/picture/${path}?${new URLSearchParams({ id: record.imageId })}`}
      alt=""
      loading="lazy"
      onError={() => {
        setMissing(true);
      }}
    />
  );
}

/** What a watch list has to report about a picture. */
export const rowMatch = z.object({
  list: z.string(),
  plate: z.string(),
  /** The matched entry; absent where the plate is on no entry of the list. */
  entry: z.optional(z.string()),
  note: z.optional(z.string()),
  distance: z.optional(z.number()),
});
type RowMatch = z.infer<typeof rowMatch>;

function MatchNotes({ matches }: { readonly matches: readonly RowMatch[] }) {
  const { distance: distanceWord } = useWords();
  const { onList, notOnList, readAs } = useWordsOf(liveWords);
  return (
    <span class="record-matches">
      {matches.map(({ list, plate, entry, note, distance = 0 }) => (
        <span key={JSON.stringify([list, plate])} class="match">
          <b>
            {entry === undefined ? notOnList : onList} {list}
          </b>
          <span lang="ko">{entry ?? plate}</span>
          {distance > 0 && (
            <span>
              {readAs} <span lang="ko">{plate}</span>, {distanceWord} {distance}
            </span>
          )}
          {note !== undefined && <span class="match-note">{note}</span>}
        </span>
      ))}
    </span>
  );
}

/** The records as a list of links to their pictures, the newest first. */
export function RecordList({
  rows,
}: {
  readonly rows: readonly {
    readonly record: PictureRecord;
    readonly distance?: number;
    readonly isNew?: boolean;
    readonly matches?: readonly RowMatch[] | undefined;
  }[];
}) {
  return (
    <ol class="records">
      {rows.map(({ record, distance, isNew, matches = [] }) => (
        <li key={record.imageId} class={`${isNew ? 'is-new' : ''} ${matches.length > 0 ? 'is-matched' : ''}`}>
          <RecordLink record={record} distance={distance} matches={matches} />
        </li>
      ))}
    </ol>
  );
}

function RecordLink({
  record,
  distance,
  matches,
}: {
  readonly record: PictureRecord;
  readonly distance: number | undefined;
  readonly matches: readonly RowMatch[];
}) {
  const { language, distance: distanceWord, nextTry } = useWords();
  return (
    <Link to={pictureAddress(record.imageId)} class="record">
      <Thumbnail record={record} />
      <span class="record-what">
        <PlateOrStatus record={record} />
      </span>
      <span class="record-where">
        <b>{record.camera ?? '—'}</b>
        <time dateTime={record.capturedAt}>{koreaTimeOf(record.capturedAt)}</time>
      </span>
      <span class="record-how">
        {record.confidence !== undefined && <Confidence value={record.confidence} />}
        {record.verdict !== undefined && <Chip value={record.verdict} />}
        {record.review !== undefined && <Chip value={record.review.decision} />}
        {record.reason !== undefined && <span class="reason">{sentenceOf(record.reason, language)}</span>}
        {record.nextTryAt !== undefined && (
          <span class="reason">
            {nextTry} {koreaTimeOf(record.nextTryAt)}
          </span>
        )}
        {distance !== undefined && distance > 0 && (
          <span class="chip">
            {distanceWord} {distance}
          </span>
        )}
      </span>
      {matches.length > 0 && <MatchNotes matches={matches} />}
    </Link>
  );
}

/** Numbers with their names, for a look at once. */
export function Tiles({
  tiles,
}: {
  readonly tiles: readonly { readonly name: string; readonly value: string; readonly isBad?: boolean }[];
}) {
  return (
    <dl class="tiles">
      {tiles.map(({ name, value, isBad }) => (
        <div key={name} class={isBad ? 'tile-bad' : ''}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
