/** Lambda's poller of one event source, which invokes one function with the source's events. */
export interface EventSourceMapping {
  start(): void;
  stop(): void;
}
