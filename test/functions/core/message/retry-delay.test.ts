import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseRetryAfter, retryDelaySeconds } from '../../../../functions/core/message/retry-delay.ts';

const almostOne = 1 - Number.EPSILON;

describe('the longest delay doubles from 20 s to 15 minutes:', () => {
  for (const [receiveCount, longestSeconds] of [
    [1, 20],
    [2, 40],
    [3, 80],
    [4, 160],
    [5, 320],
    [6, 640],
    [7, 900],
    [8, 900],
    [1000, 900],
    [10_000, 900],
  ] as const) {
    test(`receive ${receiveCount}: ${longestSeconds} s`, () => {
      assert.equal(retryDelaySeconds(receiveCount, undefined, almostOne), longestSeconds);
    });
  }
});

test('the jitter is full: the delay is anywhere between the shortest and the longest', () => {
  assert.equal(retryDelaySeconds(3, undefined, 0.5), 40);
  assert.equal(retryDelaySeconds(3, undefined, 0.25), 20);
});

test('the shortest delay is a second', () => {
  assert.equal(retryDelaySeconds(1, undefined, 0), 1);
});

test('a delay is in whole seconds', () => {
  assert.equal(retryDelaySeconds(1, undefined, 0.333), 7);
});

test('a picture stays away as long as the other side asked, however often it was received', () => {
  assert.equal(retryDelaySeconds(1, 3600, 0), 3600);
});

test('pictures that were asked to stay away equally long return spread over 20 s', () => {
  assert.equal(retryDelaySeconds(1, 3600, 0.5), 3610);
  assert.equal(retryDelaySeconds(1, 3600, almostOne), 3620);
});

test('nothing is delayed longer than SQS allows, with a quarter of an hour left for the invocation', () => {
  assert.equal(retryDelaySeconds(1, 999_999_999, 0.5), 42_300);
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-11-22T08:15:00.500Z');
  for (const [header, seconds] of [
    ['120', 120],
    ['0', 0],
    [' 30 ', 30],
    ['Sun, 22 Nov 2026 08:16:00 GMT', 60],
    ['Sun, 22 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['12345678901', undefined],
    ['120, 60', undefined],
    [undefined, undefined],
  ] as const) {
    test(`${JSON.stringify(header)} asks for ${seconds ?? 'nothing'}`, () => {
      assert.equal(parseRetryAfter(header, nowMs), seconds);
    });
  }
});

for (const header of ['-5', '1.5', 'soon 5']) {
  test(`Retry-After ${header} asks for nothing`, () => {
    assert.equal(parseRetryAfter(header, 0), undefined);
  });
}

test('a short Retry-After does not use up the receives: the delay still grows', () => {
  assert.ok(retryDelaySeconds(10, 1, 0.5) >= 450);
});
