import { useContext, useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { listSettings, watchEntry } from '../../../functions/core/watch-list/watch-list.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { ask, type Fault } from './ask.ts';
import { ListImport } from './list-import.tsx';
import { ListFault, type ListChanging } from './list-fault.tsx';
import { dayNames, listsWords } from './lists-words.ts';
import { goTo, Link } from './navigation.tsx';
import { Empty, Plate } from './parts.tsx';
import { useWords, useWordsOf, WriterContext } from './preferences.ts';

const shownEntry = z.extend(watchEntry, { lastSeen: z.optional(z.string()) });
type Entry = z.infer<typeof shownEntry>;
const content = z.extend(listSettings, {
  entries: z.array(shownEntry),
  found: z.number(),
  total: z.number(),
});
type Content = z.infer<typeof content>;

/** One watch list with its plates. */
export function ListPage({ list, query }: { readonly list: string; readonly query: URLSearchParams }) {
  const text = useWords();
  const own = useWordsOf(listsWords);
  const writer = useContext(WriterContext);
  const [shown, setShown] = useState<Content>();
  const [fault, setFault] = useState<Fault>();
  const [said, setSaid] = useState('');
  const refresh = async (saying = '') => {
    const answer = await ask(`/api/lists/entries?${query}`, content);
    setFault(answer.kind === 'fault' ? answer.fault : undefined);
    if (answer.kind === 'content') setShown(answer.content);
    setSaid(saying);
  };
  useEffect(() => void refresh(), []);
  const change = { list, onFault: setFault, onDone: (saying: string) => void refresh(saying) };
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{list}</h1>
        <Link to="/lists">{own.allLists}</Link>
        {shown && (
          <a class="button" href={`/api/lists/export?${new URLSearchParams({ list })}`} download>
            {own.exportFile}
          </a>
        )}
      </div>
      {fault && <ListFault fault={fault} />}
      <p role="status">{said}</p>
      {!shown && !fault && <p class="loading">{text.loading}</p>}
      {shown && (
        <>
          <p class="muted">
            {own.alerts}: {own[shown.kind]} · {own.matches}: {own[shown.strength]} · {own.cameras}:{' '}
            {shown.cameras?.join(', ') ?? own.everyCamera}
          </p>
          {writer === undefined ? (
            <p class="muted">{own.readOnly}</p>
          ) : (
            <>
              <AddEntry {...change} />
              <ListImport {...change} />
            </>
          )}
          <FindForm list={list} query={query} />
          <Entries shown={shown} query={query} change={writer === undefined ? undefined : change} />
          <p class="muted">{own.hint}</p>
        </>
      )}
    </main>
  );
}

function addressOf(list: string, find: string, skip: number): string {
  const query = new URLSearchParams({
    list,
    ...(find !== '' && { find }),
    ...(skip > 0 && { skip: String(skip) }),
  });
  return `/lists?${query}`;
}

function FindForm({ list, query }: { readonly list: string; readonly query: URLSearchParams }) {
  const text = useWords();
  const own = useWordsOf(listsWords);
  return (
    <form
      class="toolbar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const find = new FormData(event.currentTarget).get('find');
        goTo(addressOf(list, typeof find === 'string' ? find.trim() : '', 0));
      }}
    >
      <label class="field">
        <span>{own.find}</span>
        <input name="find" defaultValue={query.get('find') ?? ''} autocomplete="off" />
      </label>
      <button class="button">{text.find}</button>
    </form>
  );
}

function Entries({
  shown: { list, entries, found, total },
  query,
  change,
}: {
  readonly shown: Content;
  readonly query: URLSearchParams;
  readonly change: ListChanging | undefined;
}) {
  const { language } = useWords();
  const own = useWordsOf(listsWords);
  const [find, skip] = [query.get('find') ?? '', Number(query.get('skip') ?? 0)];
  if (entries.length === 0) return <Empty title={total === 0 ? own.empty : own.nothingFound} />;
  const last = skip + entries.length;
  return (
    <>
      <div class="table-window" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{own.plate}</th>
              <th scope="col">{own.note}</th>
              <th scope="col">{own.valid}</th>
              <th scope="col">{own.cameras}</th>
              <th scope="col">{own.lastSeen}</th>
              {change && (
                <th scope="col">
                  <span class="visually-hidden">{own.remove}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <EntryRow key={entry.plateKey} entry={entry} change={change} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="buttons">
        <span class="muted">
          {(skip + 1).toLocaleString(language)}–{last.toLocaleString(language)} {own.of}{' '}
          {found.toLocaleString(language)}
        </span>
        {skip > 0 && <Link to={addressOf(list, find, 0)}>{own.first}</Link>}
        {last < found && <Link to={addressOf(list, find, last)}>{own.more}</Link>}
      </div>
    </>
  );
}

function EntryRow({ entry, change }: { readonly entry: Entry; readonly change: ListChanging | undefined }) {
  const own = useWordsOf(listsWords);
  return (
    <tr>
      <th scope="row">
        <Link to={`/search?${new URLSearchParams({ plate: entry.plateKey })}`}>
          <Plate text={entry.plateKey} />
        </Link>
      </th>
      <td class="entry-note">{entry.note}</td>
      <td>
        <Validity entry={entry} />
      </td>
      <td>{entry.cameras?.join(', ') ?? own.everyCamera}</td>
      <td class="time">{entry.lastSeen === undefined ? own.never : koreaTimeOf(entry.lastSeen)}</td>
      {change && (
        <td>
          <RemoveButton plate={entry.plateKey} change={change} />
        </td>
      )}
    </tr>
  );
}

function Validity({ entry: { validFrom, validUntil, days, hours } }: { readonly entry: Entry }) {
  const { language } = useWords();
  const own = useWordsOf(listsWords);
  const moment = (at: string, word: string) =>
    language === 'ko' ? `${koreaTimeOf(at)} ${word}` : `${word} ${koreaTimeOf(at)}`;
  const parts = [
    validFrom && moment(validFrom, own.from),
    validUntil && moment(validUntil, own.until),
    days?.map((day) => dayNames[day]?.[language === 'en' ? 0 : 1] ?? day).join(' '),
    hours,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? <>{own.always}</> : <>{parts.join(', ')}</>;
}

function RemoveButton({ plate, change }: { readonly plate: string; readonly change: ListChanging }) {
  const own = useWordsOf(listsWords);
  const [isAsking, setAsking] = useState(false);
  const remove = async () => {
    const query = new URLSearchParams({ list: change.list, plate });
    const answer = await ask(`/api/lists/entries?${query}`, z.object({ plateKey: z.string() }), {
      method: 'DELETE',
    });
    if (answer.kind === 'fault') change.onFault(answer.fault);
    else change.onDone(`${own.removed} ${answer.content.plateKey}`);
  };
  if (!isAsking) {
    return (
      <button
        class="button"
        aria-label={`${own.remove} ${plate}`}
        onClick={() => {
          setAsking(true);
        }}
      >
        {own.remove}
      </button>
    );
  }
  return (
    <span class="buttons">
      {own.confirmRemove}
      <button class="button button-main" onClick={() => void remove()}>
        {own.yes}
      </button>
      <button
        class="button"
        onClick={() => {
          setAsking(false);
        }}
      >
        {own.no}
      </button>
    </span>
  );
}

const entryFields = ['plate', 'note', 'from', 'until', 'days', 'hours', 'cameras'] as const;
const textOf = (value: FormDataEntryValue | null) => (typeof value === 'string' ? value : '');

const added = z.object({ entry: watchEntry, replaced: z.boolean() });

function AddEntry({ list, onFault, onDone }: ListChanging) {
  const own = useWordsOf(listsWords);
  const names = {
    ...{ plate: own.plate, note: own.note, from: own.validFrom, until: own.validUntil },
    ...{ days: own.days, hours: own.hours, cameras: own.camerasHint },
  };
  const add = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const cells = Object.fromEntries(entryFields.map((name) => [name, textOf(data.get(name))]));
    const cameras = (cells['cameras'] ?? '').split(';').filter((camera) => camera.trim() !== '');
    const body = JSON.stringify({ ...cells, cameras, list });
    const answer = await ask('/api/lists/entries', added, { method: 'POST', body });
    if (answer.kind === 'fault') {
      onFault(answer.fault);
      return;
    }
    form.reset();
    const { entry, replaced } = answer.content;
    onDone(`${replaced ? own.replaced : own.added} ${entry.plateKey}`);
  };
  return (
    <details>
      <summary>{own.addEntry}</summary>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void add(event.currentTarget);
        }}
      >
        {entryFields.map((name) => (
          <label key={name} class="field">
            <span>{names[name]}</span>
            {name === 'from' || name === 'until' ? (
              <input name={name} type="date" />
            ) : (
              <input
                name={name}
                required={name === 'plate'}
                maxLength={name === 'note' ? 200 : 100}
                autocomplete="off"
              />
            )}
          </label>
        ))}
        <button class="button button-main">{own.add}</button>
      </form>
    </details>
  );
}
