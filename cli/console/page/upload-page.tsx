import { useContext, useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { pictureRecord } from '../../../functions/core/record/record.ts';
import { ask, consoleLost, type Fault } from './ask.ts';
import { Link, pictureAddress } from './navigation.tsx';
import { Chip, Confidence, Empty, PlateOrStatus, Trouble } from './parts.tsx';
import { useWords, useWordsOf, WriterContext } from './preferences.ts';
import { uploadWords } from './upload-words.ts';
import { PictureWithBoxes } from './viewer.tsx';
import { sentenceOf } from './words.ts';

const uploadsEvent = z.object({
  uploads: z.array(z.object({ imageId: z.string(), name: z.string(), record: z.optional(pictureRecord) })),
});
type Upload = z.infer<typeof uploadsEvent>['uploads'][number];
const faultEvent = z.object({ fault: z.object({ code: z.string(), message: z.string() }) });
const uploaded = z.object({ imageId: z.string() });

const mostFiles = 50;
const sentAtOnce = 3;

/** A file on its way to the bucket, or refused. */
type Sending = { readonly id: number; readonly name: string; readonly fault?: Fault };

/** Photos of a person's machine, and how they are read. */
export function UploadPage() {
  const text = useWords();
  const own = useWordsOf(uploadWords);
  const writer = useContext(WriterContext);
  const { uploads, fault } = useUploads(writer !== undefined);
  const [sendings, setSendings] = useState<readonly Sending[]>([]);
  const [camera, setCamera] = useState('console');
  const [hasTooMany, setTooMany] = useState(false);

  const send = async (files: readonly File[]) => {
    setTooMany(files.length > mostFiles);
    const waiting = files.slice(0, mostFiles).map((file) => ({ id: nextId(), file }));
    setSendings((before) => [...waiting.map(({ id, file }) => ({ id, name: file.name })), ...before]);
    const sendNext = async (): Promise<void> => {
      const next = waiting.shift();
      if (!next) return;
      const problem = await sendFile(next.file, camera);
      setSendings((before) =>
        problem === undefined
          ? before.filter(({ id }) => id !== next.id)
          : before.map((each) => (each.id === next.id ? { ...each, fault: problem } : each)),
      );
      await sendNext();
    };
    await Promise.all(Array.from({ length: sentAtOnce }, sendNext));
  };

  return (
    <main id="content">
      <div class="toolbar">
        <h1>{text.upload}</h1>
      </div>
      {writer === undefined ? (
        <Empty title={own.readOnly}>{own.readOnlyHint}</Empty>
      ) : (
        <>
          <DropPlace onFiles={(files) => void send(files)} />
          <label class="field">
            <span>{own.camera}</span>
            <input
              value={camera}
              maxLength={100}
              onInput={({ currentTarget }) => {
                setCamera(currentTarget.value);
              }}
            />
          </label>
          {hasTooMany && <p class="note">{own.tooMany}</p>}
          {fault && <Trouble fault={fault} />}
          <UploadList sendings={sendings} uploads={uploads} />
        </>
      )}
    </main>
  );
}

let ids = 0;
function nextId(): number {
  ids += 1;
  return ids;
}

/** Why the file was not taken; undefined where it was. */
async function sendFile(file: File, camera: string): Promise<Fault | undefined> {
  const query = new URLSearchParams({ name: file.name, ...(camera.trim() !== '' && { camera }) });
  const answer = await ask(`/api/uploads?${query}`, uploaded, { method: 'POST', body: file });
  return answer.kind === 'fault' ? answer.fault : undefined;
}

function useUploads(isOpen: boolean): {
  readonly uploads: readonly Upload[];
  readonly fault: Fault | undefined;
} {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [fault, setFault] = useState<Fault>();
  useEffect(() => {
    if (!isOpen) return;
    const source = new EventSource('/api/uploads');
    source.addEventListener('uploads', ({ data }: MessageEvent<string>) => {
      setUploads(z.parse(uploadsEvent, JSON.parse(data)).uploads);
      setFault(undefined);
    });
    source.addEventListener('fault', ({ data }: MessageEvent<string>) => {
      setFault(z.parse(faultEvent, JSON.parse(data)).fault);
    });
    source.onerror = () => {
      setFault(consoleLost);
    };
    return () => {
      source.close();
    };
  }, [isOpen]);
  return { uploads, fault };
}

function DropPlace({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const own = useWordsOf(uploadWords);
  const [isOver, setOver] = useState(false);
  return (
    <label
      class={`drop ${isOver ? 'drop-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <b>{own.drop}</b>
      <span class="muted">{own.dropHint}</span>
      <input
        class="visually-hidden"
        type="file"
        multiple
        accept="image/*"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

function UploadList({
  sendings,
  uploads,
}: {
  readonly sendings: readonly Sending[];
  readonly uploads: readonly Upload[];
}) {
  const { language } = useWords();
  const own = useWordsOf(uploadWords);
  if (sendings.length + uploads.length === 0) return null;
  return (
    <section aria-live="polite">
      <h2>{own.uploads}</h2>
      <ul class="uploads">
        {sendings.map(({ id, name, fault }) => (
          <li key={id} class="upload">
            <b>{name}</b>
            {fault ? (
              <span class="trouble">{sentenceOf(fault, language)}</span>
            ) : (
              <span class="muted">{own.sending}</span>
            )}
          </li>
        ))}
        {uploads.map((upload) => (
          <li key={upload.imageId} class="upload">
            <b>{upload.name}</b>
            <UploadResult upload={upload} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function UploadResult({ upload: { imageId, record } }: { readonly upload: Upload }) {
  const { language } = useWords();
  const own = useWordsOf(uploadWords);
  if (!record) return <span class="muted">{own.waits}</span>;
  if (record.status === 'PENDING' && !record.reason) return <span class="muted">{own.reading}</span>;
  return (
    <>
      <span class="buttons">
        <PlateOrStatus record={record} />
        {record.confidence !== undefined && <Confidence value={record.confidence} />}
        {record.verdict !== undefined && <Chip value={record.verdict} />}
        {record.reason && <span class="reason">{sentenceOf(record.reason, language)}</span>}
        <Link to={pictureAddress(imageId)}>{own.open}</Link>
      </span>
      {record.fileType !== undefined && <PictureWithBoxes record={record} hasBox />}
    </>
  );
}
