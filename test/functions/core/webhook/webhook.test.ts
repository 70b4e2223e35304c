import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { bodyOf } from '../../../../functions/core/webhook/body.ts';
import { destination } from '../../../../functions/core/webhook/destination.ts';
import { judgeAnswer } from '../../../../functions/core/webhook/judge-answer.ts';
import { longestDeliveryMs, nextAttempt, pauseMsAfter } from '../../../../functions/core/webhook/retry.ts';
import { parseWebhookUrl } from '../../../../functions/core/webhook/webhook-url.ts';
import { wantsEvent, type Webhook } from '../../../../functions/core/webhook/webhook.ts';
import { degradedEvent, matchedEvent, readingEvent, silentEvent } from '../../../fakes/events.ts';

const webhook = (change: Partial<Webhook> = {}): Webhook => ({
  webhookId: 'office',
  address: 'https://example.com/hook',
  format: 'json',
  addedAt: '2026-11-22T00:00:00.000Z',
  failures: 0,
  pausedUntilMs: 0,
  ...change,
});

describe('a webhook', () => {
  test('learns every event, unless it names types', () => {
    assert.equal(wantsEvent(webhook(), readingEvent()), true);
    assert.equal(wantsEvent(webhook({ events: ['list.matched'] }), readingEvent()), false);
    assert.equal(wantsEvent(webhook({ events: ['list.matched'] }), matchedEvent()), true);
  });

  test('that names lists learns no match of another list, and all other events', () => {
    const ofBlocked = webhook({ lists: ['blocked'] });
    assert.equal(wantsEvent(ofBlocked, matchedEvent({ list: 'blocked' })), true);
    assert.equal(wantsEvent(ofBlocked, matchedEvent({ list: 'residents' })), false);
    assert.equal(wantsEvent(ofBlocked, readingEvent()), true);
  });
});

describe('the URL of a receiver', () => {
  const refused = {
    'http://example.com/': 'public',
    'ftp://example.com/': 'any',
    'no URL': 'any',
    'https://user:secret@example.com/': 'any',
    'https://127.0.0.1/': 'public',
    'https://2130706433/': 'public',
    'https://0x7f.1/': 'public',
    'https://[::1]/': 'public',
    'https://[::ffff:10.0.0.1]/': 'public',
    'https://169.254.169.254/latest/meta-data/': 'public',
  } as const;
  for (const [url, addresses] of Object.entries(refused)) {
    test(`${url} is refused where addresses are ${addresses}`, () => {
      assert.equal(parseWebhookUrl(url, addresses).kind, 'refused');
    });
  }

  test('can be https in the internet; with any addresses also http on this machine', () => {
    assert.equal(parseWebhookUrl('https://example.com/hook?key=1', 'public').kind, 'url');
    assert.equal(parseWebhookUrl('https://8.8.8.8/hook', 'public').kind, 'url');
    assert.equal(parseWebhookUrl('http://127.0.0.1:8080/hook', 'any').kind, 'url');
  });
});

describe('the body', () => {
  test('of a JSON webhook is the event', () => {
    assert.deepEqual(JSON.parse(bodyOf('json', matchedEvent())), matchedEvent());
  });

  test('of Slack and Discord is a sentence with the plate, the list and the note', () => {
    const event = matchedEvent({ entry: { plate: '12가3456', note: 'unpaid' } });
    const sentence =
      '12가3456 is on the list blocked: at home (gate-north), 2026-11-22 17:15:00 KST. Note: unpaid';
    assert.deepEqual(JSON.parse(bodyOf('slack', event)), { text: sentence });
    assert.deepEqual(JSON.parse(bodyOf('discord', event)), {
      content: sentence,
      allowed_mentions: { parse: [] },
    });
  });

  test('names the read where it only looks like the entry, and a stranger by the list that lacks it', () => {
    const similar = matchedEvent({ entry: { plate: '12거3456' } });
    assert.match(bodyOf('slack', similar), /12거3456, read as 12가3456, is on the list blocked/);
    const unlisted = matchedEvent({ kind: 'unlisted', entry: undefined });
    assert.match(bodyOf('slack', unlisted), /12가3456 is not on the list blocked: at home/);
  });

  test('says in a sentence since when a camera is silent', () => {
    const text = 'No picture has come from gate-north at home since 2026-11-22 17:15:00 KST.';
    assert.deepEqual(JSON.parse(bodyOf('slack', silentEvent())), { text });
  });

  test('says in a sentence how much worse than usual a camera reads', () => {
    assert.match(
      bodyOf('slack', degradedEvent()),
      /30 of 40 pictures from gate-north at home have no read plate, usually 6 %: 2026-11-22 16:00:00 KST to/,
    );
  });

  test('lets no note of an entry mention people or write markup', () => {
    const event = matchedEvent({ entry: { plate: '12가3456', note: '<!channel> & *@everyone*' } });
    assert.match(bodyOf('slack', event), /&lt;!channel&gt; &amp; \*@everyone\*/);
    assert.match(bodyOf('discord', event), /\\\\\*@everyone\\\\\*/);
  });

  test('of an event with hashed plates has no plate', () => {
    const { read } = matchedEvent().data;
    const plateHash = '0123456789abcdef';
    const hashed = matchedEvent({ read: { ...read, plate: undefined, plateHash }, entry: { plateHash } });
    assert.match(bodyOf('slack', hashed), /Plate #01234567 is on the list/);
  });
});

test('only 2xx delivers; 410 and 413 are final; everything else can pass, redirects too', () => {
  const kinds = (...statuses: number[]) => statuses.map((status) => judgeAnswer(status).kind);
  assert.deepEqual(kinds(200, 204, 299), ['delivered', 'delivered', 'delivered']);
  assert.deepEqual(kinds(410, 413), ['refused', 'refused']);
  assert.deepEqual(new Set(kinds(301, 302, 307, 400, 401, 404, 422, 429, 500, 503)), new Set(['failed']));
});

describe('a delivery that fails', () => {
  const delayAt = (ageSeconds: number, more: { pauseMs?: number; retryAfterSeconds?: number } = {}) => {
    const facts = { ageMs: ageSeconds * 1000, pauseMs: 0, random: 0.999999, ...more };
    const next = nextAttempt(facts);
    return next.kind === 'repeat' ? next.delaySeconds : next.kind;
  };

  test('is repeated after 20 seconds, then after about as long as it has been on its way, up to an hour', () => {
    assert.deepEqual(
      [0, 20, 60, 600, 3600, 86_400].map((age) => delayAt(age)),
      [20, 20, 60, 600, 3600, 3600],
    );
    const early = nextAttempt({ ageMs: 0, pauseMs: 0, random: 0 });
    assert.deepEqual(early, { kind: 'repeat', delaySeconds: 10 });
  });

  test('is given up after three days and not before', () => {
    assert.equal(delayAt(longestDeliveryMs / 1000 - 1), 3600);
    assert.equal(delayAt(longestDeliveryMs / 1000), 'give-up');
  });

  test('waits at least as long as the receiver asks, an hour at most, and until a pause has ended', () => {
    assert.ok(Number(delayAt(0, { retryAfterSeconds: 300 })) >= 300);
    assert.equal(delayAt(0, { retryAfterSeconds: 86_400 }), 3600);
    assert.ok(Number(delayAt(0, { pauseMs: 90_000 })) >= 90);
  });

  test('is received at most 330 times in three days, even if its webhook is paused all the time', () => {
    let [ageMs, receives] = [0, 0];
    for (; ageMs < longestDeliveryMs; receives += 1) {
      const pauseMs = Math.min(15 * 60_000, 30_000 * 2 ** receives);
      const next = nextAttempt({ ageMs, pauseMs, random: 0 });
      ageMs += next.kind === 'repeat' ? next.delaySeconds * 1000 : 0;
    }
    assert.ok(receives <= 330, String(receives));
  });
});

test('a webhook is paused after five failures in a row, for longer with each, at most 15 minutes', () => {
  assert.deepEqual(
    [0, 1, 4, 5, 6, 7, 20, 1000].map(pauseMsAfter),
    [0, 0, 0, 30_000, 60_000, 120_000, 900_000, 900_000],
  );
});

test('a stored destination has one or two secrets of Standard Webhooks', () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const isUsable = (...secrets: string[]) =>
    destination.safeParse({ url: 'https://example.com', secrets }).success;
  assert.equal(isUsable(secret), true);
  assert.equal(isUsable(secret, secret), true);
  assert.equal(isUsable(), false);
  assert.equal(isUsable(secret, secret, secret), false);
  assert.equal(isUsable('a secret'), false);
});
