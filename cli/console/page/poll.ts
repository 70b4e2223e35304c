import { useEffect, useState } from 'preact/hooks';
import type * as z from 'zod/mini';
import { ask, type Fault } from './ask.ts';

/** What a page last got, and why it gets nothing new at the moment. */
export type Polled<Content> = {
  readonly content: Content | undefined;
  readonly fault: Fault | undefined;
  /** Asks at once. */
  readonly refresh: () => void;
};

/** Asks the console again and again while somebody looks at the page. `schema` is the same at every call. */
export function usePolled<Schema extends z.core.$ZodType>(
  path: string,
  schema: Schema,
  intervalMs: number,
): Polled<z.infer<Schema>> {
  const [content, setContent] = useState<z.infer<Schema>>();
  const [fault, setFault] = useState<Fault>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    const poll = async () => {
      if (document.hidden) return;
      const answer = await ask(path, schema, { signal: leaving.signal });
      setFault(answer.kind === 'fault' ? answer.fault : undefined);
      if (answer.kind === 'content') setContent(answer.content);
    };
    // Leaving the page ends a question, which nobody waits for any more.
    const pollQuietly = () => void poll().catch(() => undefined);
    pollQuietly();
    const timer = window.setInterval(pollQuietly, intervalMs);
    document.addEventListener('visibilitychange', pollQuietly);
    return () => {
      leaving.abort();
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', pollQuietly);
    };
  }, [path, schema, intervalMs, asked]);
  return {
    content,
    fault,
    refresh: () => {
      setAsked((times) => times + 1);
    },
  };
}
