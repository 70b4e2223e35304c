import { createServer } from 'node:http';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { listenOnLoopback } from '../../../../infra/local/loopback-server.ts';
import { recordOf } from '../../put-items.ts';

const recordsPerPage = 500;
/** Makes a page as large as those of DynamoDB, 1 MB. */
const paddingBytes = 1200;

const scan = z.object({ ExclusiveStartKey: z.object({ imageId: z.object({ S: z.string() }) }).optional() });

/** A DynamoDB for one Scan of the readings: `pages` pages of 1 MB each, generated on request. */
export async function startLongTable(pages: number) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const page = Number(scan.parse(JSON.parse(body)).ExclusiveStartKey?.imageId.S ?? 0);
      const items = Array.from({ length: recordsPerPage }, (_, index) =>
        marshall(recordOf(`${page}/${index}.jpg`, { padding: 'x'.repeat(paddingBytes) })),
      );
      const next = page + 1 < pages && { LastEvaluatedKey: marshall({ imageId: String(page + 1) }) };
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ Items: items, ...next }));
    });
  });
  return { records: pages * recordsPerPage, ...(await listenOnLoopback(server, 0)) };
}
