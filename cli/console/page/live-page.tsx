import { useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { consoleLost, type Fault } from './ask.ts';
import { CameraChoice } from './camera-choice.tsx';
import { liveWords } from './live-words.ts';
import { Empty, RecordList, rowMatch, Trouble } from './parts.tsx';
import { goTo } from './navigation.tsx';
import { useWords, useWordsOf } from './preferences.ts';
import { useSound, type Sound } from './sound.ts';
import { sentenceOf } from './words.ts';

const records = z.array(pictureRecord);
const fault = z.object({ code: z.string(), message: z.string() });
const liveMatch = z.extend(rowMatch, { imageId: z.string(), isNew: z.boolean() });
type LiveMatch = z.infer<typeof liveMatch>;
const matches = z.array(liveMatch);
const listsState = z.object({ seen: z.number(), unlisted: z.number(), fault: z.optional(fault) });
type ListsState = z.infer<typeof listsState>;
const snapshot = z.object({ records, cameras: z.array(z.string()), lists: listsState, matches });
const changes = z.object({ records, matches });
const faultEvent = z.object({ fault });

const shownAtMost = 200;
/** The console says something every five seconds. */
const silenceMs = 12_000;
const retryMs = 2000;

type Live = {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly records: readonly PictureRecord[] | undefined;
  readonly cameras: readonly string[];
  readonly newIds: ReadonlySet<string>;
  /** By the picture's id. */
  readonly matches: ReadonlyMap<string, readonly LiveMatch[]>;
  /** Undefined until the console has said it. */
  readonly lists: ListsState | undefined;
  readonly fault: Fault | undefined;
};

const nothing: Live = {
  connection: 'connecting',
  records: undefined,
  cameras: [],
  newIds: new Set(),
  matches: new Map(),
  lists: undefined,
  fault: undefined,
};

/** The readings as they come, of one camera or of all. */
export function LivePage({ camera }: { readonly camera: string | undefined }) {
  const sound = useSound();
  const live = useLive(camera, sound.play);
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
        <SoundButton sound={sound} />
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
      {live.lists && <ListsHint lists={live.lists} />}
      <p class="keys">{text.keys}</p>
    </main>
  );
}

function SoundButton({ sound: { state, turnOn, turnOff } }: { readonly sound: Sound }) {
  const text = useWordsOf(liveWords);
  const words = { off: text.soundOff, waits: text.soundWaits, on: text.soundOn };
  return (
    <button class={`button sound sound-${state}`} onClick={state === 'on' ? turnOff : turnOn}>
      <span class="sound-lamp" aria-hidden="true" />
      {words[state]}
      {state !== 'waits' && <span class="sound-act">{state === 'on' ? text.turnOff : text.turnOn}</span>}
    </button>
  );
}

function ListsHint({ lists: { seen, unlisted, fault: listsFault } }: { readonly lists: ListsState }) {
  const { language } = useWords();
  const text = useWordsOf(liveWords);
  if (listsFault) {
    return (
      <p class="note" role="status">
        {text.listsFail} {sentenceOf(listsFault, language)}
      </p>
    );
  }
  if (seen + unlisted === 0) return <p class="muted">{text.noLists}</p>;
  return (
    <p class="muted">
      {text.hint} {unlisted > 0 && text.strangers}
    </p>
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
    <RecordList
      rows={live.records.map((record) => ({
        record,
        isNew: live.newIds.has(record.imageId),
        matches: live.matches.get(record.imageId),
      }))}
    />
  );
}

function useLive(camera: string | undefined, play: () => void): Live {
  const [live, setLive] = useState(nothing);
  const playNow = useRef(play);
  playNow.current = play;
  useEffect(() => {
    setLive(nothing);
    return connect(camera, setLive, () => {
      playNow.current();
    });
  }, [camera]);
  return live;
}

type Change = (change: (live: Live) => Live) => void;

/** Keeps a connection until the returned function is called, and makes a new one where it is lost. */
function connect(camera: string | undefined, change: Change, play: () => void): () => void {
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
      const { records: all, matches: found, ...rest } = z.parse(snapshot, JSON.parse(data));
      change((live) => ({
        ...{ ...live, ...rest, records: all, fault: undefined, connection: 'open' },
        matches: Map.groupBy(found, ({ imageId }) => imageId),
      }));
      if (found.some(({ isNew }) => isNew)) play();
    });
    on('records', (data) => {
      const { records: changed, matches: found } = z.parse(changes, JSON.parse(data));
      change((live) => withChanges(live, changed, found));
      if (found.some(({ isNew }) => isNew)) play();
    });
    on('fault', (data) => {
      const heard = z.parse(faultEvent, JSON.parse(data));
      change((live) => ({ ...live, ...heard }));
    });
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

function withChanges(live: Live, changed: readonly PictureRecord[], found: readonly LiveMatch[]): Live {
  const newIds = new Set(changed.map(({ imageId }) => imageId));
  const others = (live.records ?? []).filter(({ imageId }) => !newIds.has(imageId));
  const cameras = new Set([...live.cameras, ...changed.flatMap(({ camera }) => camera ?? [])]);
  const shown = [...changed, ...others].slice(0, shownAtMost);
  const known = shown.flatMap(({ imageId }) =>
    newIds.has(imageId) ? [] : (live.matches.get(imageId) ?? []),
  );
  return {
    ...live,
    records: shown,
    matches: Map.groupBy([...found, ...known], ({ imageId }) => imageId),
    cameras: [...cameras].toSorted(),
    newIds,
  };
}
