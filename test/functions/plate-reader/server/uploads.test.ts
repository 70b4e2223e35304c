import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Sharp } from 'sharp';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { parseJson } from '../../../../functions/core/message/parse-json.ts';
import { createReaderPool, type ReaderPool } from '../../../../functions/plate-reader/reader-pool.ts';
import type { ListeningServer } from '../../../../functions/plate-reader/server/http-server.ts';
import { startVehiclePlateServer } from '../../../../functions/plate-reader/server/vehicle-plate-server.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';
import { makePng } from '../../../fakes/pictures.ts';
import { claimSize, drawNoise, drawQuarters } from '../drawn-files.ts';

// The endpoint with the real reader: what becomes of odd and hostile files from the form to the envelope.
let reader: ReaderPool;
let server: ListeningServer;

beforeAll(async () => {
  reader = await createReaderPool({ workers: 1 });
  server = await startVehiclePlateServer({
    reader,
    modelVersion: 'test',
    keys: { appKey: 'app-key', secretKey: 'secret-key' },
    host: '127.0.0.1',
    port: 0,
    maxBytes: 5 * 1024 * 1024,
    log: () => undefined,
    newRequestId: () => 'id',
  });
});

afterAll(async () => {
  await server.close();
  await reader.close();
});

const path = '/v1.0/appkeys/app-key/vehicle-plate';
const envelope = z.object({ header: z.object({ resultCode: z.number() }) });

async function resultCodeOf(bytes: Uint8Array): Promise<number> {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(bytes)]), 'car.jpg');
  const reply = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'secret-key' },
    body: form,
  });
  return envelope.parse(await reply.json()).header.resultCode;
}

const noPlate = 4000201;
const odd: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  'a PNG of 16 bits': (image) => image.toColourspace('rgb16').png(),
  'a PNG with a palette': (image) => image.png({ palette: true, colours: 8 }),
  'a CMYK JPEG': (image) => image.toColourspace('cmyk').jpeg(),
  'a progressive JPEG': (image) => image.jpeg({ progressive: true }),
};
describe('an odd picture is read', () => {
  for (const [name, write] of Object.entries(odd)) {
    test(name, async () => {
      assert.equal(await resultCodeOf(await write(drawQuarters(320, 240)).toBuffer()), noPlate);
    });
  }

  test('a multi-picture JPEG', async () => {
    const jpeg = await drawQuarters(320, 240).jpeg().toBuffer();
    assert.equal(await resultCodeOf(Buffer.concat([jpeg, jpeg])), noPlate);
  });
});

describe('a hostile file gets the code of its fault', () => {
  const noise = () => drawNoise(320, 240).jpeg().toBuffer();
  const files: readonly (readonly [name: string, resultCode: number, bytes: () => Promise<Uint8Array>])[] = [
    ['half a JPEG', 4000002, async () => (await noise()).subarray(0, (await noise()).length / 2)],
    ['a JPEG that says 65535×65535', 4000002, async () => claimSize(await noise(), 65535, 65535)],
    ['a PNG that says 65535×65535', 4000002, () => Promise.resolve(makePng(65535, 65535))],
    ['0 bytes', 4000004, () => Promise.resolve(new Uint8Array())],
    ['text', 4000003, () => Promise.resolve(Buffer.from('Not a picture.'))],
  ];
  for (const [name, resultCode, bytes] of files) {
    test(name, async () => {
      assert.equal(await resultCodeOf(await bytes()), resultCode);
    });
  }

  test('and the next picture is read', async () => {
    assert.equal(await resultCodeOf(readSample('day.jpg')), 0);
  });
});

test('a client that sends slowly keeps nobody waiting, and is answered at its end', async () => {
  const head = '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), readSample('day.jpg'), Buffer.from('\r\n--b--\r\n')]);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: h\r\nAuthorization: secret-key\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  let reply = '';
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (data: Buffer) => (reply += data.toString()));
  for (const part of [0, 1, 2, 3]) {
    socket.write(body.subarray((body.length * part) / 4, (body.length * (part + 1)) / 4));
    if (part < 3) assert.equal(await resultCodeOf(readSample('empty-road.png')), noPlate);
  }
  await ended;
  const [, json = ''] = reply.split('\r\n\r\n');
  assert.equal(envelope.parse(parseJson(json)).header.resultCode, 0);
});
