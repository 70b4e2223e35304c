import type { Telemetry } from '../../functions/adapters/telemetry.ts';
import type { Fact } from './history.ts';

/** Telemetry that writes into the history what it is told. An outcome's plates are left out: the log leaves them out, too. */
export function createToldTelemetry(note: (fact: Fact) => void, invocation: () => string): Telemetry {
  const tell = (messageId: string, end: string, texts: readonly string[], error?: unknown) => ({
    kind: 'told' as const,
    invocation: invocation(),
    messageId,
    end,
    texts: [messageId, end, ...texts, ...(error instanceof Error ? [error.message] : [])],
  });

  return {
    pictureEnded(messageId, imageId, { outcome, comesBackAfterSeconds, error }) {
      const reason = 'reason' in outcome ? outcome.reason : undefined;
      note({
        ...tell(messageId, outcome.kind, [imageId, ...(reason ? [reason.code, reason.message] : [])], error),
        imageId,
        ...(reason && { reason }),
        ...(comesBackAfterSeconds === undefined ? {} : { comesBackAfterSeconds }),
      });
    },
    messageIgnored(messageId) {
      note(tell(messageId, 'ignored', []));
    },
    messageParked(messageId, faults) {
      note(tell(messageId, 'parked', faults));
    },
    messageFailed(messageId, reason, error) {
      note({ ...tell(messageId, 'troubled', [reason.code, reason.message], error), reason });
    },
    usageNotCounted(reason, error) {
      const { texts } = tell('none', 'uncounted', [reason.code, reason.message], error);
      note({ kind: 'uncounted', invocation: invocation(), texts });
    },
    flush: () => undefined,
  };
}
