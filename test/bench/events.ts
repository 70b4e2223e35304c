import { measureNotifyCosts, type NotifyCosts } from './notify-costs.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { quantile } from './statistics.ts';
import { measureWebhookLatencies } from './webhook-latency.ts';

const quietGateMs = 60_000;
const busyGateMs = 6_000;

/** Measures how soon a receiver gets the events of a picture, and what its events ask of AWS. */
export async function measureEvents({ quick, progress }: BenchOptions): Promise<Section> {
  const pictures = quick ? 20 : 200;
  const cars = quick ? 10 : 120;
  const latencies = await measureWebhookLatencies(pictures, (done) => {
    progress(`Events: ${done} of ${pictures} pictures uploaded`);
  });
  progress('Events: what a record costs');
  const quiet = await measureNotifyCosts(cars, quietGateMs);
  const busy = await measureNotifyCosts(cars, busyGateMs);
  return {
    title: 'Events',
    method:
      `${pictures} pictures are uploaded one after another, each of another car, at 20 cameras. The whole stack runs, and one webhook goes to a receiver that verifies each signature. ` +
      'Times run from the end of PutObject. Twenty pictures before have started all functions. The endpoint answers at once. ' +
      `The costs are those of the function notify for a record with one plate: ${cars} cars at one gate, two pictures each, a list of 100 residents, a virtual clock. ` +
      'The local DynamoDB says what each request consumes; what the indexes take is calculated.',
    figures: [
      ...timesOf('upload to record', latencies.toRecord),
      ...timesOf('upload to the webhook reading.final', latencies.toReading),
      ...timesOf('upload to the webhook visit.started', latencies.toVisit),
      ...costsOf('a car a minute', quiet),
      ...costsOf('ten cars a minute', busy),
    ],
    charts: [],
    notes: [
      'On AWS the network comes on top, TLS, and the stream: Lambda looks into it four times a second.',
      'At a busy gate more visits are in progress, so that the state of the site is larger. Each record writes it twice.',
    ],
  };
}

function timesOf(name: string, latenciesMs: readonly number[]): Figure[] {
  return [0.5, 0.95].map((share) => ({
    name: `${name}, p${share * 100}`,
    value: quantile(latenciesMs, share),
    unit: 'ms',
  }));
}

function costsOf(name: string, costs: NotifyCosts): Figure[] {
  const { writeUnits, readUnits, snsRequests, events, requests } = costs;
  return [
    { name: `${name}: write units of a record`, value: writeUnits, unit: 'units' },
    { name: `${name}: read units of a record`, value: readUnits, unit: 'units' },
    { name: `${name}: requests to SNS of a record`, value: snsRequests, unit: 'requests' },
    { name: `${name}: events of a record`, value: events, unit: 'events' },
    { name: `${name}: all requests of a record`, value: requests, unit: 'requests' },
  ];
}
