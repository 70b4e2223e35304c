import type { DatedFact } from './history.ts';

/** How much happened, by name. */
export type Tally = Map<string, number>;

export function addHistory(tally: Tally, history: readonly DatedFact[]): void {
  for (const { fact } of history) {
    switch (fact.kind) {
      case 'uploaded':
        count(tally, 'pictures');
        break;
      case 'sent':
        count(tally, 'messages');
        break;
      case 'received':
        count(tally, 'invocations');
        break;
      case 'died':
        count(tally, `invocations ${fact.how}`);
        break;
      case 'called':
        count(tally, 'calls');
        break;
      case 'answered':
        count(tally, `answers: ${fact.answer}`);
        break;
      case 'read':
        count(tally, `built-in reader: ${fact.end}`);
        break;
      case 'requested':
        count(tally, 'requests to AWS');
        if (fact.fault !== undefined) count(tally, `requests: ${fact.fault}`);
        break;
      case 'written': {
        const status = fact.item['status']?.S ?? 'none';
        if (status !== 'PENDING') count(tally, `records: ${status}`);
        break;
      }
      case 'dead-lettered':
        count(tally, 'messages parked');
        break;
      case 'reported':
        if (fact.result === 'held') count(tally, `held: ${fact.reason?.code ?? 'no reason'}`);
        if (fact.result === 'renewed') count(tally, 'messages renewed');
        break;
      case 'counted':
        count(tally, 'additions to usage');
        break;
      case 'capped':
        count(tally, 'caps set or raised');
        break;
      case 'weather':
      case 'removed':
      case 'uncounted':
      case 'threw':
      case 'finished':
      case 'acknowledged':
        break;
    }
  }
}

export function addTally(tally: Tally, other: Tally): void {
  for (const [name, amount] of other) count(tally, name, amount);
}

function count(tally: Tally, name: string, amount = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + amount);
}
