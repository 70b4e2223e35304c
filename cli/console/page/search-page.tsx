import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord } from '../../../functions/core/record/record.ts';
import { AddressForm, SpanFields } from './address-form.tsx';
import { ask, type Fault } from './ask.ts';
import { Empty, RecordList, Trouble } from './parts.tsx';
import { useWords } from './preferences.ts';
import { sentenceOf } from './words.ts';

const results = z.object({
  found: z.array(z.object({ distance: z.number(), record: pictureRecord })),
  after: z.optional(z.string()),
  /** Which plates the search leaves out. */
  note: z.optional(z.object({ code: z.string(), message: z.string() })),
});
type Results = z.infer<typeof results>;

/** A search, which is all in the address, so that a link to it can be sent and kept. */
export function SearchPage({ query }: { readonly query: URLSearchParams }) {
  const { search } = useWords();
  const asked = query.toString();
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{search}</h1>
      </div>
      <SearchForm key={asked} query={query} />
      <SearchResults asked={asked} />
    </main>
  );
}

function SearchForm({ query }: { readonly query: URLSearchParams }) {
  const text = useWords();
  return (
    <AddressForm path="/search">
      <label class="field field-plate">
        <span>{text.plateHint}</span>
        <input
          name="plate"
          defaultValue={query.get('plate') ?? ''}
          placeholder={text.plateExample}
          autofocus
          autocomplete="off"
        />
      </label>
      <label class="field">
        <span>{text.camera}</span>
        <input name="camera" defaultValue={query.get('camera') ?? ''} autocomplete="off" />
      </label>
      <SpanFields query={query} />
      <label class="check">
        <input name="alike" value="1" type="checkbox" defaultChecked={query.get('alike') === '1'} />
        <span>{text.alike}</span>
      </label>
      <button class="button button-main">{text.find}</button>
    </AddressForm>
  );
}

type Shown =
  | { readonly kind: 'start' | 'loading' }
  | { readonly kind: 'results'; readonly results: Results }
  | { readonly kind: 'fault'; readonly fault: Fault };

function SearchResults({ asked }: { readonly asked: string }) {
  const text = useWords();
  const [shown, setShown] = useState<Shown>({ kind: 'start' });

  useEffect(() => {
    if (asked === '') {
      setShown({ kind: 'start' });
      return;
    }
    const leaving = new AbortController();
    setShown({ kind: 'loading' });
    ask(`/api/search?${asked}`, results, { signal: leaving.signal }).then(
      (answer) => {
        setShown(answer.kind === 'fault' ? answer : { kind: 'results', results: answer.content });
      },
      () => undefined,
    );
    return () => {
      leaving.abort();
    };
  }, [asked]);

  const showMore = async (before: Results) => {
    const query = new URLSearchParams(asked);
    query.set('after', before.after ?? '');
    const answer = await ask(`/api/search?${query}`, results);
    if (answer.kind === 'fault') setShown(answer);
    else
      setShown({
        kind: 'results',
        results: { ...answer.content, found: [...before.found, ...answer.content.found] },
      });
  };

  switch (shown.kind) {
    case 'start':
      return <Empty title={text.searchStart}>{text.searchStartHint}</Empty>;
    case 'loading':
      return <p class="loading">{text.loading}</p>;
    case 'fault':
      return <Trouble fault={shown.fault} />;
    case 'results':
      return (
        <>
          {shown.results.note && (
            <p class="note" role="status">
              {sentenceOf(shown.results.note, text.language)}
            </p>
          )}
          {shown.results.found.length === 0 && (
            <Empty title={text.nothingFound}>{text.nothingFoundHint}</Empty>
          )}
          <RecordList rows={shown.results.found} />
          {shown.results.after !== undefined && (
            <button class="button" onClick={() => void showMore(shown.results)}>
              {text.more}
            </button>
          )}
        </>
      );
  }
}
