import { useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { watchEntry } from '../../../functions/core/watch-list/watch-list.ts';
import { ask } from './ask.ts';
import { useRefusal, type ListChanging } from './list-fault.tsx';
import { listsWords } from './lists-words.ts';
import { useWords, useWordsOf } from './preferences.ts';

const plan = z.object({
  added: z.number(),
  replaced: z.number(),
  removed: z.number(),
  isStopped: z.boolean(),
  refused: z.array(z.object({ line: z.number(), code: z.string(), message: z.string() })),
  refusedLines: z.number(),
  examples: z.array(watchEntry),
});
type Plan = z.infer<typeof plan>;

/** Takes a CSV file, shows what it would change and which lines are refused, then imports it. */
export function ListImport({ list, onFault, onDone }: ListChanging) {
  const own = useWordsOf(listsWords);
  const [file, setFile] = useState<File>();
  const [replace, setReplace] = useState(false);
  const [preview, setPreview] = useState<Plan>();

  const send = async (chosen: File, replaces: boolean, dryRun: boolean) => {
    const query = new URLSearchParams({
      list,
      ...(replaces && { replace: '1' }),
      ...(dryRun && { dryRun: '1' }),
    });
    const answer = await ask(`/api/lists/import?${query}`, plan, { method: 'POST', body: chosen });
    onFault(answer.kind === 'fault' ? answer.fault : undefined);
    if (answer.kind === 'fault') setPreview(undefined);
    else if (dryRun) setPreview(answer.content);
    else {
      setFile(undefined);
      setPreview(undefined);
      const { added, replaced, removed } = answer.content;
      onDone(
        `${own.imported} ${own.wouldAdd}: ${added}, ${own.wouldReplace}: ${replaced}, ${own.wouldRemove}: ${removed}`,
      );
    }
  };
  return (
    <details>
      <summary>{own.importFile}</summary>
      <div class="search">
        <label class="field">
          <span>{own.choose}</span>
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={({ currentTarget }) => {
              const chosen = currentTarget.files?.[0];
              setFile(chosen);
              if (chosen) void send(chosen, replace, true);
              currentTarget.value = '';
            }}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={replace}
            onChange={({ currentTarget: { checked } }) => {
              setReplace(checked);
              if (file) void send(file, checked, true);
            }}
          />
          <span>{own.replaceAll}</span>
        </label>
        {file && preview && (
          <Preview
            name={file.name}
            preview={preview}
            doImport={() => void send(file, replace, false)}
            cancel={() => {
              setFile(undefined);
              setPreview(undefined);
            }}
          />
        )}
      </div>
    </details>
  );
}

function Preview({
  name,
  preview: { added, replaced, removed, isStopped, refused, refusedLines, examples },
  doImport,
  cancel,
}: {
  readonly name: string;
  readonly preview: Plan;
  readonly doImport: () => void;
  readonly cancel: () => void;
}) {
  const { language } = useWords();
  const own = useWordsOf(listsWords);
  const counts = [
    [own.wouldAdd, added],
    [own.wouldReplace, replaced],
    [own.wouldRemove, removed],
    [own.refusedLines, refusedLines],
  ] as const;
  return (
    <section class="preview" aria-live="polite">
      <h2>
        {own.preview}: {name}
      </h2>
      <p>{counts.map(([word, count]) => `${word}: ${count.toLocaleString(language)}`).join(' · ')}</p>
      {examples.length > 0 && (
        <p class="muted">
          {own.examples}: <span lang="ko">{examples.map(({ plateKey }) => plateKey).join(', ')}</span>
        </p>
      )}
      {isStopped && <p class="note">{own.stopped}</p>}
      {refused.length > 0 && <RefusedLines refused={refused} />}
      <div class="buttons">
        <button
          class="button button-main"
          disabled={isStopped || added + replaced + removed === 0}
          onClick={doImport}
        >
          {own.doImport}
        </button>
        <button class="button" onClick={cancel}>
          {own.cancel}
        </button>
      </div>
    </section>
  );
}

function RefusedLines({ refused }: { readonly refused: Plan['refused'] }) {
  const own = useWordsOf(listsWords);
  const say = useRefusal();
  return (
    <div class="table-window" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {own.line}
            </th>
            <th scope="col">{own.why}</th>
          </tr>
        </thead>
        <tbody>
          {refused.map((each) => (
            <tr key={each.line}>
              <td class="number">{each.line}</td>
              <td>{say(each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
