// The least work for a warm picture: gets each object, posts its bytes and puts one item, with the
// function's own clients. FLOOR_PUTS says how often it puts each item; a second put is the least that a
// claim could take.
/* global AbortController */
import process from 'node:process';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import Pool from 'undici/lib/dispatcher/pool.js';
import { exchange } from '../../../functions/adapters/exchange.ts';

const { OCR_BASE_URL, READINGS_TABLE, FLOOR_PUTS = '1' } = process.env;

const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});
const endless = new AbortController().signal;
const pool = new Pool(OCR_BASE_URL, { connections: 10, allowH2: false });

/** Reads all pictures of a batch of the queue at once; each message announces one. */
export const handler = async (event) => {
  await Promise.all(event.Records.map(({ body }) => workOn(JSON.parse(body).Records[0].s3)));
};

async function workOn({ bucket: { name: bucket }, object: { key, versionId } }) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const bytes = await Body.transformToByteArray();
  const answer = await exchange(pool, { method: 'POST', path: '/', body: bytes }, endless);
  const reply = String(answer.body);
  for (let put = 0; put < Number(FLOOR_PUTS); put += 1) {
    await dynamodb.send(
      new PutItemCommand({
        TableName: READINGS_TABLE,
        Item: { imageId: { S: `s3://${bucket}/${key}?versionId=${versionId}` }, reply: { S: reply } },
      }),
    );
  }
}
