// npm run demo -- --gate: a day at the gate of a car park, with its visits and alerts.
import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { storeNewWebhook } from '../../cli/aws/add-webhook.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { formatTable } from '../../cli/terminal/table.ts';
import { koreaOffsetMs } from '../../functions/core/capture/utc-moment.ts';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import type { LocalEndpoint } from './endpoint/local-endpoint.ts';
import { startPackagedStack } from './packaged-stack.ts';
import { drawGatePicture, gateDay, type Passage } from './samples/draw-gate-day.ts';
import type { LocalStack } from './stack.ts';
import { startVerifyingReceiver } from './verifying-receiver.ts';

/** For all events together. */
const deadlineMs = 240_000;
const midnightMs = Date.parse('2026-11-22T00:00:00.000Z') - koreaOffsetMs;
const sites = {
  visitGapSeconds: 300,
  sites: { 'car-park': { 'gate-in': 'entry', 'gate-out': 'exit', yard: 'none' } },
};

type VisitEnded = Extract<PlatelineEvent, { type: 'visit.ended' }>;
type ListMatched = Extract<PlatelineEvent, { type: 'list.matched' }>;

/** Plays the day and prints it; returns the exit status: 1 if a visit or an alert does not reach the receiver. */
export async function playGateDay(): Promise<number> {
  const functionLog: string[] = [];
  const stack = await startPackagedStack('drawn', {
    environment: { SITES: JSON.stringify(sites) },
    onOutput: (line) => functionLog.push(line),
  });
  const receiver = await startVerifyingReceiver((event) => {
    if (event.type === 'list.matched') console.log(alertRow(event));
  });
  try {
    await storeLists(stack);
    receiver.trust(await addWebhook(stack, receiver.url));
    console.log(introduction(receiver.url));
    await uploadDay(stack);
    const signal = AbortSignal.timeout(deadlineMs);
    const { events } = receiver;
    await until(() => countOf(events(), 'reading.final') === gateDay.passages.length, signal);
    // The clock of the day after: every visit has ended.
    const time = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
    await stack.functionOf('notify').createSandbox().invoke({ time });
    await until(() => faultsOf(events()).length === 0, signal);
    return report(receiver, functionLog);
  } finally {
    await stack.stop();
    await receiver.stop();
  }
}

function introduction(receiver: URL): string {
  return `A car park with two gates. ${gateDay.passages.length} pictures of 30 cars are drawn and uploaded.
The endpoint answers with the plates that were drawn; npm run demo reads them from the pixels.
All below is what a webhook brings to ${receiver.href}, which verifies each signature.
`;
}

/** As `plateline webhook add` does; returns the secret. */
async function addWebhook(stack: LocalStack<LocalEndpoint>, url: URL): Promise<string> {
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const ssm = new SSMClient(stack.ssm.directClientConfiguration);
  const { secret } = await storeNewWebhook(
    { ...resourcesOf({ stage: 'local' }), dynamodb, ssm },
    { webhookId: 'gatehouse', url, format: 'json' },
  );
  dynamodb.destroy();
  ssm.destroy();
  return secret;
}

/** The list of residents, on which a stranger is missing, and the list of blocked cars. */
async function storeLists({
  dynamodb: { directClientConfiguration },
  listsTableName,
}: LocalStack<LocalEndpoint>) {
  const items = [
    { list: 'residents', item: 'settings', kind: 'unlisted', strength: 'look-alikes' },
    { list: 'blocked', item: 'settings', kind: 'seen', strength: 'look-alikes' },
    ...gateDay.residents.map((plateKey) => ({ list: 'residents', item: `entry#${plateKey}`, plateKey })),
    // The residents' list knows the blocked car too, so that it is reported for one reason only.
    ...gateDay.blocked.map((plateKey) => ({ list: 'residents', item: `entry#${plateKey}`, plateKey })),
    ...gateDay.blocked.map((plateKey) => ({
      list: 'blocked',
      item: `entry#${plateKey}`,
      plateKey,
      note: 'Barrier damaged in May.',
    })),
  ];
  const client = new DynamoDBClient(directClientConfiguration);
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [listsTableName]: requests } }));
  }
  client.destroy();
}

/** Uploads in the order of the day; each car is drawn once. */
async function uploadDay(stack: LocalStack<LocalEndpoint>): Promise<void> {
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const drawn = new Map<string, Uint8Array>();
  const passages: readonly Passage[] = gateDay.passages;
  for (const { camera, minute, plate } of passages.toSorted((one, other) => one.minute - other.minute)) {
    const bytes = drawn.get(plate) ?? drawGatePicture(plate);
    drawn.set(plate, bytes);
    const capturedAt = new Date(midnightMs + 60_000 * minute).toISOString();
    await s3.send(
      new PutObjectCommand({
        Bucket: stack.bucket,
        Key: `${camera}/${capturedAt.slice(11, 19).replaceAll(':', '')}-${minute}.jpg`,
        Body: bytes,
        Metadata: { 'captured-at': capturedAt },
      }),
    );
  }
  s3.destroy();
}

/** Returns when the condition holds, or when the signal aborts. */
async function until(condition: () => boolean, signal: AbortSignal): Promise<void> {
  while (!condition() && !signal.aborted) await delay(100);
}

function countOf(events: readonly PlatelineEvent[], type: PlatelineEvent['type']): number {
  return events.filter((event) => event.type === type).length;
}

function report(
  { url, events, refusedRequests }: Awaited<ReturnType<typeof startVerifyingReceiver>>,
  functionLog: readonly string[],
): number {
  const visits = endedVisits(events());
  console.log(`\n${visitTable(visits)}`);
  const refused = refusedRequests();
  const faults = [
    ...faultsOf(events()),
    ...(refused === 0 ? [] : [`${refused} requests had no valid signature.`]),
  ];
  if (faults.length > 0) {
    console.error(`\nThe functions' log:\n${functionLog.join('\n')}\n\nWrong:\n${faults.join('\n')}`);
    return 1;
  }
  console.log(
    `\nAll ${gateDay.passages.length} pictures are in ${visits.length} visits, and ${distinctAlerts(events()).length} cars were reported. docs/events.md explains them.
${events().length} events came to ${url.href}, each with a valid signature. docs/webhooks.md has a receiver.`,
  );
  return 0;
}

/** The last end of each visit that is not part of another one. */
function endedVisits(events: readonly PlatelineEvent[]): readonly VisitEnded[] {
  const ended = events
    .filter((event) => event.type === 'visit.ended')
    .filter(({ data }) => data.mergedInto === undefined)
    .toSorted((one, other) => one.data.reads - other.data.reads);
  return [...new Map(ended.map((event) => [event.data.visitId, event])).values()];
}

const columns = [{ width: 6 }, { width: 6 }, { width: 12 }, { width: 6, align: 'right' as const }, {}];

function visitTable(visits: readonly VisitEnded[]): string {
  const rows = visits
    .toSorted((one, other) => (one.data.firstSeen < other.data.firstSeen ? -1 : 1))
    .map(({ data }) => [
      clock(data.firstSeen),
      clock(data.lastSeen),
      data.plate ?? '',
      String(data.reads),
      data.cameras.join(', '),
    ]);
  return formatTable([['from', 'to', 'plate', 'reads', 'cameras'], ...rows], columns);
}

function alertRow({ data }: ListMatched): string {
  const { list, kind, read, entry } = data;
  const why = kind === 'seen' ? `is on the list ${list}` : `is not on the list ${list}`;
  return `Alert ${clock(read.capturedAt)}  ${read.plate ?? ''} at ${read.camera} ${why}${entry?.note === undefined ? '' : `: ${entry.note}`}`;
}

/** Hours and minutes in Korea. */
function clock(moment: string): string {
  return new Date(Date.parse(moment) + koreaOffsetMs).toISOString().slice(11, 16);
}

/**
 * By list and plate. A car whose pictures are read out of order can be in two visits, each with its alert, until
 * they join.
 */
function distinctAlerts(events: readonly PlatelineEvent[]): string[] {
  const alerts = events.filter((event) => event.type === 'list.matched');
  return [...new Set(alerts.map(({ data }) => `${data.list} ${data.read.plate ?? ''}`))].toSorted();
}

/** What differs from the day that was drawn. */
function faultsOf(events: readonly PlatelineEvent[]): string[] {
  const visits = endedVisits(events);
  const started = new Set(
    events.filter(({ type }) => type === 'visit.started').map(({ subject }) => subject),
  );
  const reads = visits.reduce((sum, { data }) => sum + data.reads, 0);
  const readsOf = (plate: string) =>
    visits.filter(({ data }) => data.plate === plate).map(({ data }) => data.reads);
  const alerted = distinctAlerts(events);
  const wanted = [`blocked ${gateDay.blocked[0]}`, `residents ${gateDay.stranger}`];
  const { passages, parked, stranger, residents } = gateDay;
  return [
    ...(reads === passages.length ? [] : [`${reads} reads are in visits instead of ${passages.length}.`]),
    ...visits
      .filter(({ subject }) => !started.has(subject))
      .map(({ subject }) => `The visit ${subject} has no start.`),
    ...(readsOf(parked).join() === '8'
      ? []
      : [`The parked car has visits of ${readsOf(parked).join()} reads.`]),
    ...(readsOf(stranger).join() === '3'
      ? []
      : [`The stranger has visits of ${readsOf(stranger).join()} reads.`]),
    ...(alerted.join() === wanted.join() ? [] : [`The alerts are ${alerted.join(', ')}.`]),
    ...residents
      .filter((plate) => plate !== parked && readsOf(plate).join() !== '1,1')
      .map((plate) => `${plate} has visits of ${readsOf(plate).join()} reads instead of two of one.`),
  ];
}
