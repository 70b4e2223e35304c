import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { CameraChoice } from './camera-choice.tsx';
import { Chart } from './chart.tsx';
import { Choice } from './choice.tsx';
import { goTo } from './navigation.tsx';
import { Empty, Tiles, Trouble } from './parts.tsx';
import { usePolled } from './poll.ts';
import { useWords, useWordsOf } from './preferences.ts';
import { usageWords } from './usage-words.ts';

const counts = {
  pictures: z.number(),
  reads: z.number(),
  noPlates: z.number(),
  unreadable: z.number(),
  calls: z.number(),
};
const usage = z.object({
  month: z.string(),
  days: z.array(z.object({ day: z.string(), ...counts })),
  cameras: z.array(z.object({ camera: z.string(), ...counts })),
  total: z.object(counts),
  estimate: z.optional(z.object(counts)),
  awsDollars: z.number(),
});
type Usage = z.infer<typeof usage>;
type Counts = Usage['total'];

const pollIntervalMs = 60_000;
const shownMonths = 13;

/** What was counted in a month, by day and by camera, and what the month costs. */
export function UsagePage({ query }: { readonly query: URLSearchParams }) {
  const text = useWords();
  const own = useWordsOf(usageWords);
  const { content, fault } = usePolled(`/api/usage?${query}`, usage, pollIntervalMs);
  const months = latestMonths();
  const camera = query.get('camera') ?? '';
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value === '') next.delete(name);
    else next.set(name, value);
    goTo(`/usage?${next}`);
  };
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.usage}</h1>
        <Choice
          name={own.month}
          value={query.get('month') ?? months[0] ?? ''}
          values={months}
          onChoose={(value) => {
            choose('month', value);
          }}
        />
        <CameraChoice
          cameras={content?.cameras.map((row) => row.camera) ?? []}
          chosen={camera}
          onChoose={(value) => {
            choose('camera', value);
          }}
        />
      </div>
      {fault && <Trouble fault={fault} />}
      {content === undefined && !fault && <p class="loading">{text.loading}</p>}
      {content?.days.length === 0 && <Empty title={own.nothing}>{own.nothingHint}</Empty>}
      {content && content.days.length > 0 && <MonthOfUsage usage={content} isOfAll={camera === ''} />}
    </main>
  );
}

function MonthOfUsage({ usage: of, isOfAll }: { readonly usage: Usage; readonly isOfAll: boolean }) {
  const { language, camera } = useWords();
  const own = useWordsOf(usageWords);
  const count = (value: number) => value.toLocaleString(language);
  const [price, setPrice] = useCallPrice();
  const month = of.estimate ?? of.total;
  const days = everyDay(of);
  return (
    <>
      <Tiles
        tiles={[
          { name: own.pictures, value: count(of.total.pictures) },
          { name: own.calls, value: count(of.total.calls) },
          ...(of.estimate
            ? [
                { name: own.estimatedPictures, value: count(of.estimate.pictures) },
                { name: own.estimatedCalls, value: count(of.estimate.calls) },
              ]
            : []),
          ...(isOfAll ? [{ name: own.awsCost, value: `${of.awsDollars.toFixed(0)} USD` }] : []),
          ...(price > 0 ? [{ name: own.callCost, value: `₩${count(Math.round(month.calls * price))}` }] : []),
        ]}
      />
      <h2>{own.byDay}</h2>
      <Chart
        kind="bars"
        labels={days.map(({ day }) => day.slice(8))}
        description={own.chart}
        format={count}
        series={[
          { name: own.reads, colour: '--chart-read', values: days.map(({ reads }) => reads) },
          { name: own.noPlates, colour: '--chart-no-plate', values: days.map(({ noPlates }) => noPlates) },
          {
            name: own.unreadable,
            colour: '--chart-unreadable',
            values: days.map(({ unreadable }) => unreadable),
          },
          { name: own.others, colour: '--chart-other', values: days.map(othersOf) },
        ]}
      />
      <CountsTable head={own.day} rows={of.days.toReversed().map(({ day, ...row }) => [day, row])} />
      {isOfAll && (
        <>
          <h2>{own.byCamera}</h2>
          <CountsTable head={camera} rows={of.cameras.map(({ camera: name, ...row }) => [name, row])} />
        </>
      )}
      <label class="field">
        <span>{own.callPrice}</span>
        <input
          type="number"
          min="0"
          step="any"
          value={price || ''}
          onInput={({ currentTarget }) => {
            setPrice(Number(currentTarget.value));
          }}
        />
      </label>
      {of.estimate && <p class="muted">{own.estimateHint}</p>}
      <p class="muted">{own.costHint}</p>
    </>
  );
}

function CountsTable({
  head,
  rows,
}: {
  readonly head: string;
  readonly rows: readonly (readonly [string, Counts])[];
}) {
  const { language } = useWords();
  const own = useWordsOf(usageWords);
  const heads = [own.pictures, own.reads, own.noPlates, own.unreadable, own.others, own.calls];
  return (
    <div class="table-window" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {heads.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, row]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {[row.pictures, row.reads, row.noPlates, row.unreadable, othersOf(row), row.calls].map(
                (value, at) => (
                  <td key={heads[at]} class="number">
                    {value.toLocaleString(language)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function othersOf({ pictures, reads, noPlates, unreadable }: Counts): number {
  return pictures - reads - noPlates - unreadable;
}

/** The days from the first of the month to the last one with a count; days without one are zeros. */
function everyDay({ month, days }: Usage): readonly Usage['days'][number][] {
  const none = { pictures: 0, reads: 0, noPlates: 0, unreadable: 0, calls: 0 };
  const last = Number(days.at(-1)?.day.slice(8) ?? 1);
  return Array.from({ length: last }, (_, index) => {
    const day = `${month}-${String(index + 1).padStart(2, '0')}`;
    return days.find((row) => row.day === day) ?? { day, ...none };
  });
}

/** The current month in Korea and those before it. */
function latestMonths(): string[] {
  const today = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Seoul' }).format();
  const [year = 0, month = 0] = today.split('-').map(Number);
  return Array.from({ length: shownMonths }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back)).toISOString().slice(0, 7),
  );
}

/** The price of a call, 0 where none was typed; the browser remembers it. */
function useCallPrice(): [number, (price: number) => void] {
  const [price, setPrice] = useState(() => Number(localStorage.getItem('call-price') ?? 0) || 0);
  useEffect(() => {
    localStorage.setItem('call-price', String(price));
  }, [price]);
  return [price, setPrice];
}
