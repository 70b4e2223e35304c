import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createBreakerOracle, isLostBreakerRequest } from './breaker-oracle.ts';
import { createCallCapOracle } from './call-cap-oracle.ts';
import type { DatedFact, Fact } from './history.ts';
import { faultsOfFinalItem, faultsOfPendingItem, isFinal } from './record-oracle.ts';
import type { Upload } from './upload.ts';
import { faultsOfUsage, isKoreanDay } from './usage-oracle.ts';

type FactOf<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** The calls of one attempt at a picture. */
type Asking = {
  readonly attempt: string;
  readonly invocation: string;
  readonly steps: (FactOf<'called'> | FactOf<'answered'>)[];
};

/** The canary in every secret, and the form of all plates. */
const secretOrPlate = /CANARY|\d{2,3}[가나호바]\d{4}/;

/**
 * Checks a history against the promises. It knows the truth, and nothing of the code under test. One sentence
 * for each violation.
 */
export function judge(history: readonly DatedFact[]): string[] {
  const violations: string[] = [];
  /** By image id; several where the same bytes were put under one key of a bucket without versions. */
  const uploads = new Map<string, Upload[]>();
  const removed = new Set<string>();
  const sent = new Map<string, FactOf<'sent'>>();
  const received = new Map<string, FactOf<'received'>>();
  const reported = new Map<string, FactOf<'reported'>[]>();
  const dead = new Set<string>();
  /** Invocations, each with a picture whose record it could not be sure of. */
  const unsureOfRecord = new Set<string>();
  const finalItems = new Map<string, Readonly<Record<string, unknown>>>();
  /** By day and camera. */
  const counters = new Map<string, Readonly<Record<string, unknown>>>();
  /**
   * Invocations with an addition to the counters that DynamoDB did not confirm, and those that reported it.
   */
  const unsureOfCount = new Set<string>();
  const reportedUncounted = new Set<string>();
  const askings = new Map<string, Asking[]>();
  const deadLettered = new Set<string>();
  /** Messages that the function sent again as new ones. */
  const renewed = new Set<string>();
  const callCaps = createCallCapOracle();
  const breaker = createBreakerOracle();
  /** How often a picture crashed the built-in reader, or took too long. */
  const readerCrashes = new Map<string, number>();
  /** Who claimed a picture last: `{invocation}/{number}`. */
  const owners = new Map<string, string>();

  const violated = (promise: string, about: string) => void violations.push(`${promise}: ${about}`);

  history.forEach(({ atMs, fact }) => {
    switch (fact.kind) {
      case 'weather':
      case 'acknowledged':
        return;
      case 'uploaded':
        uploads.set(fact.upload.imageId, [...(uploads.get(fact.upload.imageId) ?? []), fact.upload]);
        return;
      case 'removed':
        removed.add(fact.imageId);
        return;
      case 'sent':
        sent.set(fact.messageId, fact);
        return;
      case 'received':
        received.set(fact.invocation, fact);
        return;
      case 'requested':
        // A fault that the SDK repairs excuses nothing.
        if (
          fact.system === 'DynamoDB' &&
          fact.fault !== undefined &&
          fact.fault !== 'reply lost, asked again'
        ) {
          if (fact.operation.endsWith(' of usage')) unsureOfCount.add(fact.invocation);
          else if (fact.imageId !== undefined) unsureOfRecord.add(`${fact.invocation} ${fact.imageId}`);
        }
        if (isLostBreakerRequest(fact)) breaker.unsure();
        return;
      case 'written':
        judgeWrite(fact, atMs);
        return;
      case 'counted':
        counters.set(`${fact.day} ${fact.camera}`, unmarshall(fact.item));
        if (!isKoreanDay(fact.day, atMs)) violated('usage is counted', `${fact.day} is not today`);
        return;
      case 'uncounted':
        reportedUncounted.add(fact.invocation);
        if (secretOrPlate.test(fact.texts.join('\n')))
          violated('secrets and plates stay where they belong', `${fact.invocation} reported one`);
        return;
      case 'capped':
        callCaps.capped(fact);
        return;
      case 'called':
        judgeCall(fact);
        judgeCaps(callCaps.called(atMs));
        for (const fault of breaker.called(atMs, owners.get(fact.imageId) ?? fact.invocation))
          violated('an open breaker lets one probe through in each interval', fault);
        return;
      case 'answered':
        judgeCaps(callCaps.answered(atMs, fact.calls));
        breaker.answered(atMs, owners.get(fact.imageId) ?? fact.invocation, fact);
        askings
          .get(fact.imageId)
          ?.find(({ steps }) => steps.some(({ call }) => call === fact.call))
          ?.steps.push(fact);
        return;
      case 'read':
        if (finalItems.has(fact.imageId)) violated('no reading after the final record', fact.imageId);
        if (fact.end === 'crashed' || fact.end === 'timed out')
          readerCrashes.set(fact.imageId, (readerCrashes.get(fact.imageId) ?? 0) + 1);
        return;
      case 'reported':
        if (fact.result === 'renewed') renewed.add(fact.messageId);
        if (fact.reason?.code === 'BREAKER_OPEN')
          for (const fault of breaker.held(atMs)) violated('the breaker closes on the first success', fault);
        reported.set(fact.invocation, [...(reported.get(fact.invocation) ?? []), fact]);
        judgeReport(fact);
        return;
      case 'died':
        dead.add(fact.invocation);
        breaker.unsure();
        if (fact.how === 'timed out') judgeTimeout(fact);
        return;
      case 'threw':
        violated('one bad message harms only itself', `${fact.invocation} failed as a whole: ${fact.error}`);
        return;
      case 'finished':
        judgeResult(fact);
        return;
      case 'dead-lettered':
        deadLettered.add(fact.messageId);
        if (fact.how === 'received too often')
          violated('waiting needs no person', `${fact.messageId} used up its receives`);
        else if (!sent.get(fact.messageId)?.bad)
          violated(
            'one bad message harms only itself',
            `${fact.messageId} was parked, though nothing is wrong with it`,
          );
        return;
    }
  });

  for (const imageId of uploads.keys())
    if (!finalItems.has(imageId)) violated('nothing vanishes', `${imageId} has no final record`);
  for (const { messageId, bad } of sent.values())
    if (bad && !deadLettered.has(messageId) && !renewed.has(messageId))
      violated('nothing vanishes', `${messageId} is bad, but not parked`);
  const nothingGotLost = dead.size + unsureOfRecord.size + unsureOfCount.size === 0;
  for (const fault of faultsOfUsage([...counters.values()], [...finalItems.values()], nothingGotLost))
    violated('usage is counted', fault);
  return violations;

  function judgeWrite({ imageId, item }: FactOf<'written'>, atMs: number): void {
    const candidates = uploads.get(imageId);
    if (!candidates) {
      violated('a record belongs to bytes', `nobody uploaded ${imageId}`);
      return;
    }
    if (finalItems.has(imageId)) violated('a final record never changes', imageId);
    const steps = (askings.get(imageId) ?? []).flatMap((asking) => asking.steps);
    // A call whose connection broke was sent twice.
    const mostCalls = 2 * steps.filter(({ kind }) => kind === 'called').length;
    if (Number(item['calls']?.N ?? 0) > mostCalls)
      violated('a record belongs to bytes', `${imageId} counts more calls than were made`);
    const record = unmarshall(item);
    const owner: unknown = record['claimOwner'];
    if (typeof owner === 'string') owners.set(imageId, owner);
    if (isFinal(record)) finalItems.set(imageId, record);
    const faults = isFinal(record)
      ? candidates.map((upload) =>
          faultsOfFinalItem(record, upload, removed.has(imageId), atMs, readerCrashes.get(imageId) ?? 0),
        )
      : [faultsOfPendingItem(record, atMs)];
    const [fewest = []] = faults.toSorted((one, other) => one.length - other.length);
    for (const fault of fewest) violated('a record belongs to bytes', `${imageId}: ${fault}`);
    if (
      JSON.stringify(record).includes('CANARY') ||
      secretOrPlate.test(JSON.stringify(record['reason'] ?? ''))
    )
      violated('secrets and plates stay where they belong', `the record of ${imageId}`);
  }

  function judgeCall(call: FactOf<'called'>): void {
    const { imageId, invocation } = call;
    if (finalItems.has(imageId))
      violated('no call after the final record', `call ${call.call} about ${imageId}`);
    for (const other of askings.get(imageId) ?? []) {
      const last = other.steps.at(-1);
      const isOpen = last?.kind === 'called' && !dead.has(other.invocation);
      if (isOpen)
        violated('no picture is sent twice at the same time', `call ${call.call} during call ${last.call}`);
      const wasUnsure = dead.has(other.invocation) || unsureOfRecord.has(`${other.invocation} ${imageId}`);
      if (isConcluded(other) && !wasUnsure)
        violated(
          'nothing is paid for twice',
          `call ${call.call} about ${imageId}, which ${other.invocation} had an answer for`,
        );
    }
    const { steps } = askingFor(call);
    const before = steps.at(-1);
    const beforeThat = steps.at(-2);
    const isRefused = before?.kind === 'answered' && before.answer === 'refused';
    if (isRefused && beforeThat?.kind === 'called' && beforeThat.keysNumber === call.keysNumber)
      violated('a refused secret is read again', `call ${call.call} of ${invocation}`);
    steps.push(call);
  }

  function judgeCaps(faults: readonly string[]): void {
    for (const fault of faults) violated('the cap is never exceeded', fault);
  }

  /** Only a killed invocation may leave a call without a record. */
  function judgeTimeout({ invocation }: FactOf<'died'>): void {
    for (const [imageId, all] of askings) {
      const asking = all.findLast((one) => one.invocation === invocation);
      if (!asking || finalItems.has(imageId) || unsureOfRecord.has(`${invocation} ${imageId}`)) continue;
      if (asking.steps.at(-1)?.kind === 'called' || isConcluded(asking))
        violated('nothing is paid for twice', `${invocation} had no time to record ${imageId}`);
    }
  }

  function judgeReport(fact: FactOf<'reported'>): void {
    const { invocation, messageId, imageId, result, reason, texts } = fact;
    if (secretOrPlate.test(texts.join('\n')))
      violated('secrets and plates stay where they belong', `${invocation} reported one`);
    // A message that waits long is reported besides its pictures, whose reports have the reasons.
    if (
      !['read', 'duplicate', 'ignored', 'parked', 'renewed', 'waits long'].includes(result) &&
      !isReason(reason)
    )
      violated('every non-read has a reason', `${invocation} of ${imageId ?? messageId}`);
    if (imageId !== undefined && ['wait', 'misconfigured', 'held'].includes(result)) judgeWait(fact, imageId);
    const own = askings.get(imageId ?? '')?.findLast((asking) => asking.invocation === invocation);
    const steps = own?.steps ?? [];
    const last = steps.at(-1);
    const isRefused = steps.length === 2 && last?.kind === 'answered' && last.answer === 'refused';
    if (result === 'misconfigured' && isRefused && reason?.code !== 'NO_SECRET')
      violated('a refused secret is read again', `${invocation} gave up at once`);
  }

  /**
   * A picture that its own invocation has claimed or recorded need not wait, unless the table failed or
   * another record announces it, too.
   */
  function judgeWait({ invocation, reason }: FactOf<'reported'>, imageId: string): void {
    const messages = received.get(invocation)?.messages ?? [];
    const announced = messages.flatMap(({ messageId }) => sent.get(messageId)?.imageIds ?? []);
    const isOnlyOne = announced.filter((announcedId) => announcedId === imageId).length === 1;
    const isOwn = owners.get(imageId)?.startsWith(`${invocation}/`) ?? false;
    if (!isOnlyOne || !isOwn || unsureOfRecord.has(`${invocation} ${imageId}`)) return;
    if (finalItems.has(imageId) || reason?.code === 'CLAIMED')
      violated(
        'failures speak the truth',
        `${invocation} lets ${imageId} wait, though it has claimed it itself`,
      );
  }

  function judgeResult({ invocation, failures }: FactOf<'finished'>): void {
    if (unsureOfCount.has(invocation) && !reportedUncounted.has(invocation))
      violated('failures speak', `${invocation} did not report a count that may be missing`);
    const reports = reported.get(invocation) ?? [];
    for (const { messageId } of received.get(invocation)?.messages ?? []) {
      const { imageIds = [], bad = false } = sent.get(messageId) ?? {};
      const own = reports.filter((report) => report.messageId === messageId);
      const hasTrouble = own.some(({ result }) =>
        ['wait', 'misconfigured', 'held', 'troubled'].includes(result),
      );
      const unreported = imageIds.filter((imageId) => !own.some((report) => report.imageId === imageId));
      if (own.length === 0 || (unreported.length > 0 && !own.some(({ result }) => result === 'troubled')))
        violated(
          'failures speak',
          `${invocation} reported no result of ${unreported.join(' ') || messageId}`,
        );
      if (failures.includes(messageId)) {
        if (!hasTrouble)
          violated(
            'one bad message harms only itself',
            `${invocation} returned ${messageId} without a reason`,
          );
        continue;
      }
      if (own.some(({ result }) => result === 'renewed')) {
        const isSent = [...sent.values()].some(
          ({ form, imageIds: again }) => form === 'renewed' && again.join() === imageIds.join(),
        );
        if (!isSent) violated('nothing vanishes', `${invocation} did not send ${messageId} again`);
        continue;
      }
      const unread = imageIds.filter((imageId) => !finalItems.has(imageId));
      if (unread.length > 0)
        violated('nothing vanishes', `${invocation} acknowledged ${messageId} without ${unread.join(' ')}`);
      if (bad && !deadLettered.has(messageId))
        violated('nothing vanishes', `${invocation} did not park ${messageId}`);
    }
  }

  /**
   * Of the attempt that the table knows: one invocation can claim a picture for two messages, one after the
   * other.
   */
  function askingFor({ imageId, invocation }: FactOf<'called'>): Asking {
    const attempt = owners.get(imageId) ?? invocation;
    const all = askings.get(imageId) ?? [];
    const known = all.find((asking) => asking.attempt === attempt);
    if (known) return known;
    const asking: Asking = { attempt, invocation, steps: [] };
    askings.set(imageId, [...all, asking]);
    return asking;
  }
}

/** Whether the last answer settles the picture: a second "unreadable" in a row does, too. */
function isConcluded({ steps }: Asking): boolean {
  const answers = steps.flatMap((step) => (step.kind === 'answered' ? [step.answer] : []));
  const [before, last] = answers.slice(-2).length === 2 ? answers.slice(-2) : [undefined, answers.at(-1)];
  if (steps.at(-1)?.kind !== 'answered') return false;
  if (last === 'unreadable') return before === 'unreadable';
  return last === 'plates' || last === 'no-plate' || last === 'rejected';
}

function isReason(reason: { readonly code: string; readonly message: string } | undefined): boolean {
  return reason !== undefined && /^\S+$/.test(reason.code) && reason.message.endsWith('.');
}
