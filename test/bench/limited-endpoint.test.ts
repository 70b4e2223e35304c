import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { startLimitedEndpoint, type EndpointLimits } from './limited-endpoint.ts';

/** Sends so many requests at once and returns their HTTP statuses, sorted, and what the endpoint counted. */
async function sendAtOnce(requests: number, limits: EndpointLimits) {
  const endpoint = await startLimitedEndpoint(limits);
  try {
    const responses = await Promise.all(
      Array.from({ length: requests }, () => fetch(endpoint.url, { method: 'POST', body: 'picture' })),
    );
    const statuses = responses.map(({ status }) => status).toSorted((one, other) => one - other);
    return { statuses, counted: await endpoint.count() };
  } finally {
    await endpoint.stop();
  }
}

describe('the limited endpoint', () => {
  test('refuses and counts each request beyond the limit', async () => {
    const { statuses, counted } = await sendAtOnce(3, { answerMs: 500, capacity: 3, requestLimit: 2 });
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.deepEqual(counted, { kind: 'counted', answered: 2, refused: 1, mostInFlight: 3 });
  });

  test('lets requests within the limit wait when it is busy', async () => {
    const { statuses, counted } = await sendAtOnce(3, { answerMs: 50, capacity: 1, requestLimit: 3 });
    assert.deepEqual(statuses, [200, 200, 200]);
    assert.equal(counted.refused, 0);
  });
});
