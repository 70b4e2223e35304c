import * as z from 'zod/mini';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { Choice } from './choice.tsx';
import { goTo } from './navigation.tsx';
import { Empty, Tiles, Trouble } from './parts.tsx';
import { usePolled } from './poll.ts';
import { useWords, useWordsOf } from './preferences.ts';
import { durationOf, visit, VisitLink } from './visit-parts.tsx';
import { visitsWords } from './visits-words.ts';

const car = z.extend(visit, {
  since: z.string(),
  hasEntered: z.boolean(),
  isSeenAgain: z.boolean(),
});
type Car = z.infer<typeof car>;
const site = z.object({
  site: z.string(),
  cars: z.number(),
  hasEntries: z.boolean(),
  hasExits: z.boolean(),
});
const answer = z.object({
  since: z.string(),
  isComplete: z.boolean(),
  isFollowed: z.boolean(),
  sites: z.array(site),
  cars: z.array(car),
});
type OnSite = z.infer<typeof answer>;

const pollIntervalMs = 15_000;
const spans = ['12', '24', '72', '168'];
const shownTiles = 8;

/** The cars that came in and have not gone out, and those that are being read now. */
export function OnSitePage({ query }: { readonly query: URLSearchParams }) {
  const text = useWords();
  const own = useWordsOf(visitsWords);
  const hours = query.get('hours') ?? '24';
  const chosen = query.get('site') ?? '';
  const path = `/api/on-site?${new URLSearchParams({ hours, ...(chosen !== '' && { site: chosen }) })}`;
  const { content, fault } = usePolled(path, answer, pollIntervalMs);
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value === '') next.delete(name);
    else next.set(name, value);
    goTo(`/on-site?${next}`);
  };
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.onSite}</h1>
        <Choice
          name={own.site}
          value={chosen}
          values={[...new Set(['', ...(content?.sites ?? []).map((each) => each.site), chosen])]}
          names={{ '': own.allSites }}
          onChoose={(value) => {
            choose('site', value);
          }}
        />
        <Choice
          name={own.lookBack}
          value={hours}
          values={spans}
          names={{ 12: own.hours12, 24: own.hours24, 72: own.hours72, 168: own.hours168 }}
          onChoose={(value) => {
            choose('hours', value);
          }}
        />
      </div>
      {fault && <Trouble fault={fault} />}
      {content === undefined && !fault && <p class="loading">{text.loading}</p>}
      {content && <CarsOnSite of={content} chosen={chosen} />}
    </main>
  );
}

function CarsOnSite({ of, chosen }: { readonly of: OnSite; readonly chosen: string }) {
  const { language } = useWords();
  const own = useWordsOf(visitsWords);
  const sites = of.sites.filter((each) => chosen === '' || each.site === chosen);
  // Until the answer about another choice is there.
  const cars = of.cars.filter((each) => chosen === '' || each.site === chosen);
  const all = sites.reduce((sum, each) => sum + each.cars, 0);
  const withoutExits = sites.filter(({ hasEntries, hasExits }) => hasEntries && !hasExits);
  const count = (value: number) => value.toLocaleString(language);
  return (
    <>
      <Tiles
        tiles={[
          { name: own.cars, value: count(all) },
          ...(sites.length > 1 ? sites : [])
            .filter((each) => each.cars > 0)
            .slice(0, shownTiles)
            .map((each) => ({ name: `${own.carsAt} ${each.site}`, value: count(each.cars) })),
        ]}
      />
      {!of.isFollowed && <p class="note">{own.notFollowed}</p>}
      {withoutExits.length > 0 && (
        <p class="note">
          {own.noExits} {withoutExits.map((each) => each.site).join(', ')}
        </p>
      )}
      {cars.length === 0 ? (
        <Empty title={own.nobody}>{own.nobodyHint}</Empty>
      ) : (
        <ol class="records">
          {cars.map((each) => (
            <li key={each.visitId}>
              <VisitLink visit={each}>
                <Stay car={each} />
              </VisitLink>
            </li>
          ))}
        </ol>
      )}
      {all > cars.length && (
        <p class="muted">
          {count(all - cars.length)}
          {own.more}
        </p>
      )}
      <p class="muted">
        {own.lookedBackTo} {koreaTimeOf(of.since)} ({own.inKorea}). {own.rule}{' '}
        {!of.isComplete && own.stoppedAtMost}
      </p>
    </>
  );
}

/** Since when a car is there, and what the cameras know of it since. */
function Stay({ car: { since, hasEntered, lastSeen, isInProgress, isSeenAgain } }: { readonly car: Car }) {
  const { language } = useWords();
  const own = useWordsOf(visitsWords);
  return (
    <>
      <span class="visit-times">
        <b>{durationOf(Date.now() - Date.parse(since), language)}</b>{' '}
        <time dateTime={since}>{koreaTimeOf(since)}</time>
      </span>
      <span class="visit-marks">
        {!hasEntered && <span class="chip">{own.noEntrySeen}</span>}
        {isInProgress && <span class="chip chip-valid">{own.readNow}</span>}
        {!isInProgress && !isSeenAgain && <span class="chip chip-pending">{own.neverAgain}</span>}
        {!isInProgress && isSeenAgain && (
          <span class="reason">
            {own.lastRead} {koreaTimeOf(lastSeen)}
          </span>
        )}
      </span>
    </>
  );
}
