import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { carsOnSite, type ListedVisit } from '../../../../functions/core/visit/cars-on-site.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 8, minute)).toISOString();
let numbers = 0;
function visit(
  plateKey: string,
  openedAt: number,
  { enters, leaves, site = 'garage' }: { enters?: number; leaves?: number; site?: string } = {},
): ListedVisit {
  numbers += 1;
  return {
    ...{ site, item: `visit#${at(openedAt)}#${numbers}`, openedAt: at(openedAt), plateKey },
    ...(enters !== undefined && { enteredAt: at(enters) }),
    ...(leaves !== undefined && { leftAt: at(leaves) }),
  };
}
const enters = (plate: string, minute: number, site = 'garage') =>
  visit(plate, minute, { enters: minute, site });
const leaves = (plate: string, minute: number, site = 'garage') =>
  visit(plate, minute, { leaves: minute, site });
const none: ReadonlySet<string> = new Set();
const platesOf = (visits: readonly ListedVisit[], current = none) =>
  carsOnSite(visits, current).map(({ first }) => first.plateKey);

describe('cars on site', () => {
  test('a car that came in stays after its visit has ended, until an exit camera reads it', () => {
    const came = enters('12가3456', 0);
    assert.deepEqual(
      carsOnSite([came], none).map(({ since, hasEntered, last }) => [since, hasEntered, last]),
      [[at(0), true, came]],
    );
    assert.deepEqual(platesOf([leaves('12가3456', 40), came]), []);
  });

  test('a car that comes back is on site since it came back', () => {
    const cars = carsOnSite([enters('12가3456', 0), leaves('12가3456', 40), enters('12가3456', 50)], none);
    assert.deepEqual(
      cars.map(({ since }) => since),
      [at(50)],
    );
  });

  test('within one visit, what came last counts: in and out again, or out and in again', () => {
    assert.deepEqual(platesOf([visit('12가3456', 0, { enters: 0, leaves: 3 })]), []);
    assert.deepEqual(platesOf([visit('12가3456', 0, { enters: 3, leaves: 0 })]), ['12가3456']);
  });

  test('a misread exit belongs to the car with nearly its plate, and to no other where its own is there', () => {
    assert.deepEqual(platesOf([enters('12가3456', 0), leaves('12거3456', 40)]), []);
    assert.deepEqual(platesOf([enters('12가3456', 0), enters('12가3457', 1), leaves('12가3456', 40)]), [
      '12가3457',
    ]);
    assert.deepEqual(platesOf([enters('서울12바3456', 0), leaves('바3456', 40)]), []);
    assert.deepEqual(platesOf([enters('12가3456', 0), leaves('34나7890', 40)]), ['12가3456']);
  });

  test('an exit at one site takes no car from another', () => {
    assert.deepEqual(platesOf([enters('12가3456', 0), leaves('12가3456', 40, 'yard')]), ['12가3456']);
  });

  test('without roles a car is on site while its visit is in progress, and no longer', () => {
    const [ended, current] = [visit('12가3456', 0), visit('34나7890', 1)];
    const cars = carsOnSite([ended, current], new Set([current.item]));
    assert.deepEqual(
      cars.map(({ first, hasEntered, since }) => [first.plateKey, hasEntered, since]),
      [['34나7890', false, at(1)]],
    );
  });

  test('a camera inside that reads a car which came in says that it is still there, and adds no car', () => {
    const [came, seen] = [enters('12가3456', 0), visit('12가3456', 30)];
    assert.deepEqual(carsOnSite([came, seen], new Set([seen.item])), [
      { site: 'garage', since: at(0), hasEntered: true, first: came, last: seen },
    ]);
  });

  test('a car at the exit is gone, even while its visit is in progress', () => {
    const gone = leaves('12가3456', 40);
    assert.deepEqual(platesOf([enters('12가3456', 0), gone], new Set([gone.item])), []);
  });

  test('the order in which visits are listed changes nothing', () => {
    const visits = [
      enters('12가3456', 0),
      enters('34나7890', 2),
      visit('12가3456', 30),
      leaves('34나7890', 45),
      enters('56다1234', 50, 'yard'),
    ];
    assert.deepEqual(carsOnSite(visits.toReversed(), none), carsOnSite(visits, none));
    assert.deepEqual(platesOf(visits), ['56다1234', '12가3456']);
  });
});
