import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { Link, pictureAddress } from './navigation.tsx';
import { Plate } from './parts.tsx';
import { useWords, useWordsOf } from './preferences.ts';
import { visitsWords } from './visits-words.ts';
import type { Language } from './words.ts';

/** A visit as the console answers. */
export const visit = z.object({
  visitId: z.string(),
  site: z.string(),
  plate: z.string(),
  plateClass: z.optional(z.string()),
  isReviewed: z.boolean(),
  otherPlates: z.array(z.string()),
  firstSeen: z.string(),
  lastSeen: z.string(),
  enteredAt: z.optional(z.string()),
  leftAt: z.optional(z.string()),
  reads: z.number(),
  cameras: z.array(z.string()),
  isInProgress: z.boolean(),
  lists: z.array(z.object({ list: z.string(), isStranger: z.boolean() })),
  imageId: z.string(),
  place: z.optional(z.string()),
});
export type Visit = z.infer<typeof visit>;

/** Visits as a list of links to their best pictures. */
export function VisitList({ visits }: { readonly visits: readonly Visit[] }) {
  return (
    <ol class="records">
      {visits.map((each) => (
        <li key={each.visitId}>
          <VisitLink visit={each}>
            <VisitTimes visit={each} />
          </VisitLink>
        </li>
      ))}
    </ol>
  );
}

/** A visit's picture and plate with what the watch lists said; `children` say when it was. */
export function VisitLink({
  visit: { imageId, place, plate, plateClass, isReviewed, otherPlates, ...of },
  children,
}: {
  readonly visit: Visit;
  readonly children: ComponentChildren;
}) {
  const own = useWordsOf(visitsWords);
  return (
    <Link to={pictureAddress(imageId)} class="record visit">
      <PlateOfPicture imageId={imageId} place={place} />
      <span class="record-what">
        <Plate text={plate} plateClass={plateClass} />
        {isReviewed && <span class="chip chip-confirmed">{own.reviewed}</span>}
        {otherPlates.length > 0 && (
          <span class="reason">
            {own.alsoRead} {otherPlates.join(', ')}
          </span>
        )}
      </span>
      <span class="record-where">
        <b>{of.site}</b>
        {children}
      </span>
      <span class="record-how">
        {of.lists.map(({ list, isStranger }) => (
          <span key={list} class="chip chip-suspect">
            {isStranger ? own.notOnList : own.onList} {list}
          </span>
        ))}
        <span>{of.cameras.join(', ')}</span>
        <span class="reason">{of.reads === 1 ? own.oneRead : `${of.reads}${own.reads}`}</span>
      </span>
    </Link>
  );
}

function VisitTimes({
  visit: { firstSeen, lastSeen, enteredAt, leftAt, isInProgress },
}: {
  readonly visit: Visit;
}) {
  const { language } = useWords();
  const own = useWordsOf(visitsWords);
  const stayMs = Date.parse(lastSeen) - Date.parse(firstSeen);
  return (
    <>
      <span class="visit-times">
        <time dateTime={firstSeen}>{koreaTimeOf(firstSeen)}</time>
        {stayMs >= 1000 && (
          <>
            {' – '}
            <time dateTime={lastSeen}>{laterTimeOf(lastSeen, firstSeen)}</time>
          </>
        )}
      </span>
      <span class="visit-marks">
        {stayMs >= 1000 && <b>{durationOf(stayMs, language)}</b>}
        {enteredAt !== undefined && (
          <span class="chip chip-valid">
            {own.entry} {laterTimeOf(enteredAt, firstSeen)}
          </span>
        )}
        {leftAt !== undefined && (
          <span class="chip">
            {own.exit} {laterTimeOf(leftAt, firstSeen)}
          </span>
        )}
        {isInProgress && <span class="chip chip-pending">{own.inProgress}</span>}
      </span>
    </>
  );
}

/** One plate of a picture, cut out of it; nothing where the picture is gone. */
function PlateOfPicture({
  imageId,
  place,
}: {
  readonly imageId: string;
  readonly place: string | undefined;
}) {
  const [isMissing, setMissing] = useState(false);
  if (isMissing) return <span class="thumbnail thumbnail-none" aria-hidden="true" />;
  const query = new URLSearchParams({ id: imageId, ...(place !== undefined && { read: place }) });
  return (
    <img
      class="thumbnail"
      src={`/api/picture/plate?${query}`}
      alt=""
      loading="lazy"
      onError={() => {
        setMissing(true);
      }}
    />
  );
}

/** Only the time of the day where the day is that of another moment. */
function laterTimeOf(moment: string, than: string): string {
  const [time, other] = [koreaTimeOf(moment), koreaTimeOf(than)];
  const dayLength = '2026-11-22'.length;
  return time.slice(0, dayLength) === other.slice(0, dayLength) ? time.slice(dayLength + 1) : time;
}

/** A duration in its two largest units. */
export function durationOf(durationMs: number, language: Language): string {
  const units = language === 'en' ? [' d', ' h', ' min', ' s'] : ['일', '시간', '분', '초'];
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const counts = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return `0${units[3]}`;
  return counts
    .slice(first, first + 2)
    .map((count, at) => (count > 0 || at === 0 ? `${count}${units[first + at]}` : ''))
    .join(' ')
    .trim();
}
