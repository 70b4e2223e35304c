import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { consoleLost, type Fault } from './ask.ts';
import { CameraChoice } from './camera-choice.tsx';
import { Empty, RecordList, Trouble } from './parts.tsx';
import { goTo } from './navigation.tsx';
import { useWords } from './preferences.ts';

const records = z.array(pictureRecord);
const snapshot = z.object({ records, cameras: z.array(z.string()) });
const changes = z.object({ records });
const faultEvent = z.object({ fault: z.object({ code: z.string(), message: z.string() }) });

const shownAtMost = 200;
/** The console says something every five seconds. */
const silenceMs = 12_000;
const retryMs = 2000;

type Live = {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly records: readonly PictureRecord[] | undefined;
  readonly cameras: readonly string[];
  readonly newIds: ReadonlySet<string>;
  readonly fault: Fault | undefined;
};

const nothing: Live = {
  connection: 'connecting',
  records: undefined,
  cameras: [],
  newIds: new Set(),
  fault: undefined,
};

/** The readings as they come, of one camera or of all. */
export function LivePage({ camera }: { readonly camera: string | undefined }) {
  const live = useLive(camera);
  const text = useWords();
  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.live}</h1>
        <CameraChoice
          cameras={live.cameras}
          chosen={camera ?? ''}
          onChoose={(value) => {
            goTo(value === '' ? '/' : `/?${new URLSearchParams({ camera: value })}`);
          }}
        />
        <span class={`connection connection-${live.connection}`} role="status">
          {live.connection === 'open'
            ? text.connected
            : live.connection === 'lost'
              ? text.lost
              : text.connecting}
        </span>
      </div>
      {live.fault && <Trouble fault={live.fault} />}
      <LiveRecords live={live} />
      <p class="keys">{text.keys}</p>
    </main>
  );
}

function LiveRecords({ live }: { readonly live: Live }) {
  const { loading, nothingYet, nothingYetHint } = useWords();
  if (live.records === undefined) {
    if (live.fault || live.connection === 'lost') return null;
    return <p class="loading">{loading}</p>;
  }
  if (live.records.length === 0) return <Empty title={nothingYet}>{nothingYetHint}</Empty>;
  return (
    <RecordList rows={live.records.map((record) => ({ record, isNew: live.newIds.has(record.imageId) }))} />
  );
}

function useLive(camera: string | undefined): Live {
  const [live, setLive] = useState(nothing);
  useEffect(() => {
    setLive(nothing);
    return connect(camera, setLive);
  }, [camera]);
  return live;
}

type Change = (change: (live: Live) => Live) => void;

/** Keeps a connection until the returned function is called, and makes a new one where it is lost. */
function connect(camera: string | undefined, change: Change): () => void {
  const query = camera === undefined ? '' : `?${new URLSearchParams({ camera })}`;
  let source: EventSource | undefined;
  let timer: number | undefined;

  const lose = () => {
    source?.close();
    change((live) => ({ ...live, connection: 'lost', fault: live.fault ?? consoleLost }));
    expect(open, retryMs);
  };
  const expect = (then: () => void, afterMs: number) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(then, afterMs);
  };
  const open = () => {
    const next = new EventSource(`/api/live${query}`);
    source = next;
    expect(lose, silenceMs);
    next.onopen = () => {
      change((live) => ({ ...live, connection: 'open', fault: undefined }));
    };
    next.onerror = lose;
    const on = (name: string, hear: (data: string) => void) => {
      next.addEventListener(name, ({ data }: MessageEvent<string>) => {
        expect(lose, silenceMs);
        hear(data);
      });
    };
    on('heartbeat', () => undefined);
    on('snapshot', (data) => {
      const { records: all, cameras } = z.parse(snapshot, JSON.parse(data));
      change((live) => ({ ...live, records: all, cameras, fault: undefined, connection: 'open' }));
    });
    on('records', (data) => {
      const { records: changed } = z.parse(changes, JSON.parse(data));
      change((live) => withChanges(live, changed));
    });
    on('fault', (data) => {
      const { fault } = z.parse(faultEvent, JSON.parse(data));
      change((live) => ({ ...live, fault }));
    });
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

function withChanges(live: Live, changed: readonly PictureRecord[]): Live {
  const newIds = new Set(changed.map(({ imageId }) => imageId));
  const others = (live.records ?? []).filter(({ imageId }) => !newIds.has(imageId));
  const cameras = new Set([...live.cameras, ...changed.flatMap(({ camera }) => camera ?? [])]);
  return {
    ...live,
    records: [...changed, ...others].slice(0, shownAtMost),
    cameras: [...cameras].toSorted(),
    newIds,
  };
}
