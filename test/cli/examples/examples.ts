import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { readSample, samples } from '../../../infra/local/samples/samples.ts';
import type { LocalStackOptions } from '../../../infra/local/stack.ts';
import { isFinal, pictureOf, plateBox, startPipeline, type Pipeline } from '../../promises/pipeline.ts';
import { streamEventOf } from '../../fakes/stream-records.ts';
import { commandPath, environment, progressLines, runInTerminal } from '../command.ts';

/** The page with the examples. */
export const page = new URL('../../../docs/plateline.md', import.meta.url);

/** The address of the stack in the page; here it has a free port. */
const pageAddress = 'http://127.0.0.1:9105';

const example = /(?<=```console\n)\$ (.*)\n([^]*?)(?=```)/g;

/** A command of the page, with its output in the page. */
type Example = { readonly command: string; readonly output: string };

export function examplesOf(markdown: string): readonly Example[] {
  return [...markdown.matchAll(example)].map(([, command = '', output = '']) => ({ command, output }));
}

/** Returns the page with new outputs. */
export function withOutputs(markdown: string, outputs: readonly string[]): string {
  let index = 0;
  return markdown.replaceAll(example, (_match, command: string) => `$ ${command}\n${outputs[index++] ?? ''}`);
}

/**
 * Runs the commands one after another in a shell, against the stack of the page; standard error is part of
 * what they print.
 */
export async function runExamples(commands: readonly string[]): Promise<string[]> {
  const pipeline = await startExamples();
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-examples-'));
  try {
    await writeFile(path.join(directory, 'keys.txt'), 'an-app-key\na-secret-key\n');
    const outputs: string[] = [];
    for (const command of commands) {
      outputs.push(await runnerOf(command)(command, pipeline, directory));
      await pipeline.queueIsEmpty();
    }
    return outputs;
  } finally {
    await rm(directory, { recursive: true });
    await pipeline.stop();
  }
}

/** Starts a local stack that has read the pictures of the page. */
export async function startExamples(ports: LocalStackOptions['ports'] = {}): Promise<Pipeline> {
  const pipeline = await startPipeline({
    environment: { KEY_TEMPLATE: '{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.*' },
    uploadTimeOf,
    ports,
  });
  try {
    await readPictures(pipeline);
    await pipeline.send('This is no S3 notification.');
    await uploadUnannounced(pipeline);
    await pipeline.queueIsEmpty();
    return pipeline;
  } catch (error) {
    await pipeline.stop();
    throw error;
  }
}

/** The day in the key, so that no example has a time that is too long before its upload; else now. */
function uploadTimeOf(key: string): Date {
  const [, yyyy, MM, dd] = /\/(\d{4})\/(\d{2})\/(\d{2})\//.exec(key) ?? [];
  return yyyy === undefined ? new Date() : new Date(`${yyyy}-${MM}-${dd}T23:59:59+09:00`);
}

async function readPictures(pipeline: Pipeline): Promise<void> {
  const pictures = [
    ...samples.map(({ key, file }) => ({ key, bytes: readSample(file) })),
    {
      key: 'gate-south/2026/11/22/213012.png',
      bytes: pictureOf({ plate: '12가345O', confidence: 0.71, box: plateBox }),
    },
    {
      key: 'taxi-stand/2026/11/22/093011.png',
      bytes: pictureOf({ plate: '바5215', confidence: 0.96, box: plateBox }),
    },
  ];
  for (const { key, bytes } of pictures) {
    await pipeline.upload(key, bytes);
    await pipeline.recordOf(key, isFinal);
  }
}

/** Uploads objects without notifications, as if they were older than the stack. */
async function uploadUnannounced({ stack }: Pipeline): Promise<void> {
  const s3 = new S3Client(stack.s3.directClientConfiguration);
  for (const [index, plate] of ['34나5678', '56다7890', '78라9012'].entries()) {
    const key = `archive/08000${index}.png`;
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: pictureOf(plate) }));
  }
  s3.destroy();
}

/** Two commands run until Ctrl-C, while something happens. */
function runnerOf(command: string) {
  if (command.startsWith('npx plateline tail ')) return runTail;
  return command.startsWith('npx plateline listen ') ? runListen : run;
}

async function run(command: string, { stack }: Pipeline, directory: string): Promise<string> {
  const shell = command.replace('npx plateline', `"${process.execPath}" "${commandPath}"`);
  const child = spawn('sh', ['-c', `exec 2>&1; ${shell}`], {
    cwd: directory,
    env: { ...environment, AWS_ENDPOINT_URL: stack.gateway.url },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = (await text(child.stdout)).replaceAll(progressLines, '');
  return output.replaceAll(stack.gateway.url, pageAddress);
}

/** Runs tail in a terminal: two pictures arrive after its first poll, and Ctrl-C ends it. */
async function runTail(command: string, pipeline: Pipeline): Promise<string> {
  const terminal = startInTerminal(command, pipeline);
  await terminal.shows(/captured/);
  for (const file of ['day.jpg', 'gif-named.jpg']) {
    await pipeline.upload(`gate-north/${file}`, readSample(file));
    await pipeline.recordOf(`gate-north/${file}`, isFinal);
  }
  await terminal.shows(/day\.jpg\r\n[^]*gif-named\.jpg.*\r\n/);
  return await interrupt(terminal);
}

/** Runs listen in a terminal, while the function notify publishes the events of one picture. */
async function runListen(command: string, pipeline: Pipeline): Promise<string> {
  const terminal = startInTerminal(command, pipeline);
  await terminal.shows(/time \(KST\)/);
  // As the table's stream has the record of a picture.
  const record = { imageId: 's3://pictures/gate-north/1.jpg', plate: '34나5678', camera: 'gate-north' };
  const notify = pipeline.stack.functionOf('notify').createSandbox();
  await notify.invoke(z.json().parse(streamEventOf([{ ...record, capturedAt: '2026-11-23T00:15:00.000Z' }])));
  for (const type of ['reading.final', 'visit.started', 'list.matched']) {
    await terminal.shows(new RegExp(`${RegExp.escape(type)}.*\\r\\n`));
  }
  return await interrupt(terminal);
}

function startInTerminal(command: string, { stack }: Pipeline) {
  return runInTerminal(command.split(' ').slice(2), {
    env: { ...environment, AWS_ENDPOINT_URL: stack.gateway.url },
  });
}

async function interrupt(terminal: ReturnType<typeof runInTerminal>): Promise<string> {
  terminal.type('\x03');
  await terminal.ended;
  return `${terminal.shown().trimEnd().replaceAll('\r\n', '\n')}\n`;
}
