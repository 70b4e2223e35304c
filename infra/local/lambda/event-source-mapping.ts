/** Lambda's poller of one event source: it invokes one function with what the source holds. */
export interface EventSourceMapping {
  start(): void;
  stop(): void;
}
