import { metricNameOf, type Telemetry } from '../../functions/adapters/telemetry.ts';
import type { Fact } from './history.ts';

/** Telemetry that writes its reports into the history. It omits the plates of an outcome, as the log does. */
export function createReportedTelemetry(note: (fact: Fact) => void, invocation: () => string): Telemetry {
  const report = (messageId: string, result: string, texts: readonly string[], error?: unknown) => ({
    kind: 'reported' as const,
    invocation: invocation(),
    messageId,
    result,
    texts: [messageId, result, ...texts, ...(error instanceof Error ? [error.message] : [])],
  });

  return {
    pictureEnded(messageId, imageId, { outcome, comesBackAfterSeconds, error }) {
      const reason = 'reason' in outcome ? outcome.reason : undefined;
      note({
        ...report(
          messageId,
          outcome.kind,
          [imageId, ...(reason ? [reason.code, reason.message] : [])],
          error,
        ),
        imageId,
        metric: metricNameOf(outcome),
        ...(reason && { reason }),
        ...(comesBackAfterSeconds === undefined ? {} : { comesBackAfterSeconds }),
      });
    },
    messageIgnored(messageId) {
      note(report(messageId, 'ignored', []));
    },
    messageParked(messageId, faults) {
      note(report(messageId, 'parked', faults));
    },
    messageRenewed(messageId) {
      note(report(messageId, 'renewed', []));
    },
    messageWaitsLong(messageId) {
      note(report(messageId, 'waits long', []));
    },
    messageFailed(messageId, reason, error) {
      note({ ...report(messageId, 'troubled', [reason.code, reason.message], error), reason });
    },
    usageNotCounted(reason, error) {
      const { texts } = report('none', 'uncounted', [reason.code, reason.message], error);
      note({ kind: 'uncounted', invocation: invocation(), texts });
    },
    flush: () => undefined,
  };
}
