import * as z from 'zod/mini';
import { koreaTimeOf } from '../../terminal/korea-time.ts';
import { camerasWords } from './cameras-words.ts';
import { CameraChoice } from './camera-choice.tsx';
import { Chart } from './chart.tsx';
import { Choice } from './choice.tsx';
import { goTo, Link } from './navigation.tsx';
import { Empty, Trouble } from './parts.tsx';
import { usePolled } from './poll.ts';
import { useWords, useWordsOf } from './preferences.ts';

const hour = z.object({ reads: z.number(), noPlates: z.number(), unreadable: z.number() });
type Hour = z.infer<typeof hour>;
const camera = z.object({
  camera: z.string(),
  pictures: z.number(),
  reads: z.number(),
  noPlates: z.number(),
  unreadable: z.number(),
  waiting: z.number(),
  lastSeen: z.optional(z.string()),
  hours: z.array(hour),
  missShares: z.object({ day: z.optional(z.number()), night: z.optional(z.number()) }),
  mayGlare: z.boolean(),
});
type Camera = z.infer<typeof camera>;
const answer = z.object({ cameras: z.array(camera), isComplete: z.boolean() });

const pollIntervalMs = 15_000;
const spans = ['1', '7', '30'];

/** How each camera does, and at which hours it misses plates. */
export function CamerasPage({ query }: { readonly query: URLSearchParams }) {
  const text = useWords();
  const own = useWordsOf(camerasWords);
  const days = query.get('days') ?? '7';
  const chosen = query.get('camera') ?? '';
  const { content, fault } = usePolled(
    `/api/cameras?${new URLSearchParams({ days })}`,
    answer,
    pollIntervalMs,
  );
  const choose = (name: string, value: string) => {
    goTo(addressWith(query, name, value));
  };
  const cameras = content?.cameras ?? [];
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.cameras}</h1>
        <Choice
          name={own.span}
          value={days}
          values={spans}
          names={{ 1: own.days1, 7: own.days7, 30: own.days30 }}
          onChoose={(value) => {
            choose('days', value);
          }}
        />
        <CameraChoice
          cameras={cameras.map((each) => each.camera)}
          chosen={chosen}
          onChoose={(value) => {
            choose('camera', value);
          }}
        />
      </div>
      {fault && <Trouble fault={fault} />}
      {content === undefined && !fault && <p class="loading">{text.loading}</p>}
      {content?.cameras.length === 0 && <Empty title={own.noCameras}>{own.noCamerasHint}</Empty>}
      {cameras.length > 0 && (
        <>
          {!content?.isComplete && <p class="note">{own.someCameras}</p>}
          <CameraTable cameras={cameras} query={query} />
          <CameraHours cameras={cameras} chosen={chosen} />
          <p class="muted">{own.hint}</p>
        </>
      )}
    </main>
  );
}

function CameraTable({
  cameras,
  query,
}: {
  readonly cameras: readonly Camera[];
  readonly query: URLSearchParams;
}) {
  const { language, camera: cameraWord } = useWords();
  const own = useWordsOf(camerasWords);
  const heads = [own.pictures, own.reads, own.noPlates, own.unreadable, own.waiting];
  return (
    <div class="table-window" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cameraWord}</th>
            {[...heads, own.missedByDay, own.missedAtNight].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col">{own.lastSeen}</th>
          </tr>
        </thead>
        <tbody>
          {cameras.map((row) => (
            <tr key={row.camera}>
              <th scope="row">
                <Link to={addressWith(query, 'camera', row.camera)}>{row.camera}</Link>
                {row.mayGlare && (
                  <div>
                    <span class="chip chip-partial">{own.glare}</span>
                  </div>
                )}
              </th>
              {[row.pictures, row.reads, row.noPlates, row.unreadable, row.waiting].map((value, at) => (
                <td key={heads[at]} class="number">
                  {value.toLocaleString(language)}
                </td>
              ))}
              <td class="number">{percent(row.missShares.day)}</td>
              <td class="number">{percent(row.missShares.night)}</td>
              <td class="time">{row.lastSeen === undefined ? '—' : koreaTimeOf(row.lastSeen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CameraHours({ cameras, chosen }: { readonly cameras: readonly Camera[]; readonly chosen: string }) {
  const { language } = useWords();
  const own = useWordsOf(camerasWords);
  const wanted = cameras.filter((each) => chosen === '' || each.camera === chosen);
  const hours = Array.from({ length: 24 }, (_, at) => sumOf(wanted.flatMap((each) => each.hours[at] ?? [])));
  const heads = [own.pictures, own.reads, own.noPlates, own.unreadable, own.missed];
  return (
    <section>
      <div class="toolbar">
        <h2>
          {own.byHour}: {chosen === '' ? own.allTogether : chosen}
        </h2>
        {chosen !== '' && <Link to={`/search?${new URLSearchParams({ camera: chosen })}`}>{own.newest}</Link>}
      </div>
      <Chart
        kind="lines"
        labels={hours.map((_, at) => String(at))}
        description={own.chart}
        format={(share) => `${Math.round(share * 100)} %`}
        series={[
          {
            name: own.noPlateShare,
            colour: '--chart-no-plate',
            values: hours.map((each) => shareOf(each, each.noPlates)),
          },
          {
            name: own.unreadableShare,
            colour: '--chart-unreadable',
            values: hours.map((each) => shareOf(each, each.unreadable)),
          },
        ]}
      />
      <div class="table-window" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{own.hour}</th>
              {heads.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map((each, at) => (
              <tr key={at}>
                <th scope="row">{String(at).padStart(2, '0')}</th>
                {[picturesOf(each), each.reads, each.noPlates, each.unreadable].map((value, place) => (
                  <td key={heads[place]} class="number">
                    {value.toLocaleString(language)}
                  </td>
                ))}
                <td class="number">{percent(shareOf(each, each.noPlates + each.unreadable) ?? undefined)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function addressWith(query: URLSearchParams, name: string, value: string): string {
  const next = new URLSearchParams(query);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return `/cameras?${next}`;
}

function picturesOf({ reads, noPlates, unreadable }: Hour): number {
  return reads + noPlates + unreadable;
}

/** Null where there is no picture, as the chart wants it. */
function shareOf(each: Hour, part: number): number | null {
  const pictures = picturesOf(each);
  return pictures === 0 ? null : part / pictures;
}

function sumOf(hours: readonly Hour[]): Hour {
  const sum = (name: keyof Hour) => hours.reduce((total, each) => total + each[name], 0);
  return { reads: sum('reads'), noPlates: sum('noPlates'), unreadable: sum('unreadable') };
}

function percent(share: number | undefined): string {
  return share === undefined ? '—' : `${Math.round(share * 100)} %`;
}
