import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { AddressForm, SpanFields } from './address-form.tsx';
import { ask, type Fault } from './ask.ts';
import { Empty, Trouble } from './parts.tsx';
import { useWords, useWordsOf } from './preferences.ts';
import { visit, VisitList } from './visit-parts.tsx';
import { visitsWords } from './visits-words.ts';

const answer = z.object({ visits: z.array(visit), after: z.optional(z.string()) });
type Visits = z.infer<typeof answer>;
const siteNames = z.object({ sites: z.array(z.string()) });

/** The visits of a site, of a plate or all, the newest first; the address has the selection. */
export function VisitsPage({ query }: { readonly query: URLSearchParams }) {
  const { visits } = useWords();
  const asked = query.toString();
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{visits}</h1>
      </div>
      <VisitsForm key={asked} query={query} />
      <FoundVisits asked={asked} />
    </main>
  );
}

function VisitsForm({ query }: { readonly query: URLSearchParams }) {
  const own = useWordsOf(visitsWords);
  const chosen = query.get('site') ?? '';
  const sites = useSites();
  return (
    <AddressForm path="/visits">
      <label class="field">
        <span>{own.site}</span>
        <select name="site" key={sites.length}>
          {[...new Set(['', ...sites, chosen])].map((site) => (
            <option key={site} value={site} selected={site === chosen}>
              {site === '' ? own.allSites : site}
            </option>
          ))}
        </select>
      </label>
      <SpanFields query={query} />
      <label class="field field-plate">
        <span>{own.wholePlate}</span>
        <input
          name="plate"
          defaultValue={query.get('plate') ?? ''}
          placeholder="12가3456"
          autocomplete="off"
        />
      </label>
      <button class="button button-main">{own.show}</button>
    </AddressForm>
  );
}

/** The names of the sites; none where they cannot be asked for, which the list below says. */
function useSites(): readonly string[] {
  const [sites, setSites] = useState<readonly string[]>([]);
  useEffect(() => {
    void ask('/api/visits/sites', siteNames).then((found) => {
      if (found.kind === 'content') setSites(found.content.sites);
    });
  }, []);
  return sites;
}

type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'content'; readonly content: Visits }
  | { readonly kind: 'fault'; readonly fault: Fault };

function FoundVisits({ asked }: { readonly asked: string }) {
  const text = useWords();
  const own = useWordsOf(visitsWords);
  const [shown, setShown] = useState<Shown>({ kind: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    setShown({ kind: 'loading' });
    ask(`/api/visits?${asked}`, answer, { signal: leaving.signal }).then(setShown, () => undefined);
    return () => {
      leaving.abort();
    };
  }, [asked]);
  const showMore = async ({ visits, after = '' }: Visits) => {
    const query = new URLSearchParams(asked);
    query.set('after', after);
    const next = await ask(`/api/visits?${query}`, answer);
    if (next.kind === 'fault') setShown(next);
    else
      setShown({
        kind: 'content',
        content: { ...next.content, visits: [...visits, ...next.content.visits] },
      });
  };
  switch (shown.kind) {
    case 'loading':
      return <p class="loading">{text.loading}</p>;
    case 'fault':
      return <Trouble fault={shown.fault} />;
    case 'content': {
      const { visits, after } = shown.content;
      if (visits.length === 0 && after === undefined) {
        return asked === '' ? (
          <Empty title={own.noVisits}>{own.noVisitsHint}</Empty>
        ) : (
          <Empty title={own.noVisitsFound}>{own.noVisitsFoundHint}</Empty>
        );
      }
      return (
        <>
          <VisitList visits={visits} />
          {after !== undefined && (
            <button class="button" onClick={() => void showMore(shown.content)}>
              {text.more}
            </button>
          )}
          <p class="keys">{text.keys}</p>
        </>
      );
    }
  }
}

/** The last visits of a plate. */
export function VisitsOfPlate({ plate }: { readonly plate: string }) {
  const own = useWordsOf(visitsWords);
  const text = useWords();
  const [found, setFound] = useState<Shown>({ kind: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    const path = `/api/visits?${new URLSearchParams({ plate })}`;
    ask(path, answer, { signal: leaving.signal }).then(setFound, () => undefined);
    return () => {
      leaving.abort();
    };
  }, [plate]);
  return (
    <>
      <h2>{own.visitsOfPlate}</h2>
      {found.kind === 'loading' && <p class="loading">{text.loading}</p>}
      {found.kind === 'fault' && <Trouble fault={found.fault} />}
      {found.kind === 'content' &&
        (found.content.visits.length === 0 ? (
          <p class="muted">{own.noVisitsOfPlate}</p>
        ) : (
          <VisitList visits={found.content.visits.slice(0, 10)} />
        ))}
    </>
  );
}
