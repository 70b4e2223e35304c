import { useContext, useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { listKinds, listSettings, strengths } from '../../../functions/core/watch-list/watch-list.ts';
import { ask, type Fault } from './ask.ts';
import { Choice } from './choice.tsx';
import { listsWords } from './lists-words.ts';
import { ListFault } from './list-fault.tsx';
import { ListPage } from './list-page.tsx';
import { goTo, Link } from './navigation.tsx';
import { Empty, Trouble } from './parts.tsx';
import { useWords, useWordsOf, WriterContext } from './preferences.ts';

const overview = z.object({ lists: z.array(z.extend(listSettings, { entries: z.number() })) });
type Lists = z.infer<typeof overview>['lists'];

/** All watch lists, or one of them with its plates. */
export function ListsPage({ query }: { readonly query: URLSearchParams }) {
  const list = query.get('list');
  return list === null ? <Overview /> : <ListPage key={query.toString()} list={list} query={query} />;
}

function listAddress(list: string): string {
  return `/lists?${new URLSearchParams({ list })}`;
}

function Overview() {
  const text = useWords();
  const own = useWordsOf(listsWords);
  const writer = useContext(WriterContext);
  const [lists, setLists] = useState<Lists>();
  const [fault, setFault] = useState<Fault>();
  useEffect(() => {
    void ask('/api/lists', overview).then((answer) => {
      if (answer.kind === 'fault') setFault(answer.fault);
      else setLists(answer.content.lists);
    });
  }, []);
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.lists}</h1>
      </div>
      {fault && <Trouble fault={fault} />}
      {!lists && !fault && <p class="loading">{text.loading}</p>}
      {lists?.length === 0 && <Empty title={own.noLists}>{own.noListsHint}</Empty>}
      {lists && lists.length > 0 && <ListTable lists={lists} />}
      {writer === undefined ? <p class="muted">{own.readOnly}</p> : <NewList />}
      <p class="muted">{own.hint}</p>
    </main>
  );
}

function ListTable({ lists }: { readonly lists: Lists }) {
  const { language } = useWords();
  const own = useWordsOf(listsWords);
  return (
    <div class="table-window" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{own.list}</th>
            <th scope="col" class="number">
              {own.plates}
            </th>
            <th scope="col">{own.alerts}</th>
            <th scope="col">{own.matches}</th>
            <th scope="col">{own.cameras}</th>
          </tr>
        </thead>
        <tbody>
          {lists.map(({ list, kind, strength, cameras, entries }) => (
            <tr key={list}>
              <th scope="row">
                <Link to={listAddress(list)}>{list}</Link>
              </th>
              <td class="number">{entries.toLocaleString(language)}</td>
              <td>{own[kind]}</td>
              <td>{own[strength]}</td>
              <td>{cameras?.join(', ') ?? own.everyCamera}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NewList() {
  const own = useWordsOf(listsWords);
  const [list, setList] = useState('');
  const [kind, setKind] = useState<string>('seen');
  const [strength, setStrength] = useState<string>('look-alikes');
  const [cameras, setCameras] = useState('');
  const [fault, setFault] = useState<Fault>();
  const create = async () => {
    const body = JSON.stringify({ list: list.trim(), kind, strength, cameras: camerasOf(cameras) });
    const answer = await ask('/api/lists', z.object({ list: z.string() }), { method: 'POST', body });
    if (answer.kind === 'fault') setFault(answer.fault);
    else goTo(listAddress(answer.content.list));
  };
  return (
    <section>
      <h2>{own.addList}</h2>
      {fault && <ListFault fault={fault} />}
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextField name={own.name} value={list} onType={setList} isNeeded />
        <Choice name={own.alerts} value={kind} values={listKinds} names={own} onChoose={setKind} />
        <Choice name={own.matches} value={strength} values={strengths} names={own} onChoose={setStrength} />
        <TextField name={own.camerasHint} value={cameras} onType={setCameras} />
        <button class="button button-main">{own.create}</button>
      </form>
    </section>
  );
}

function TextField({
  name,
  value,
  onType,
  isNeeded = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  readonly isNeeded?: boolean;
}) {
  return (
    <label class="field">
      <span>{name}</span>
      <input
        value={value}
        required={isNeeded}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          onType(currentTarget.value);
        }}
      />
    </label>
  );
}

function camerasOf(text: string): readonly string[] {
  return text
    .split(';')
    .map((camera) => camera.trim())
    .filter((camera) => camera !== '');
}
