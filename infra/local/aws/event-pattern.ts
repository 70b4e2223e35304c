import * as z from 'zod';

/** What a value may be: one of these texts, a text with one of these beginnings, or present at all. */
const alternatives = z.array(
  z.union([z.string(), z.strictObject({ prefix: z.string() }), z.strictObject({ exists: z.literal(true) })]),
);

type Pattern = z.infer<typeof alternatives> | { readonly [name: string]: Pattern };

/** A pattern of EventBridge, as far as the local stack follows one. */
export const eventPattern: z.ZodType<Pattern> = z.union([
  alternatives,
  z.lazy(() => z.record(z.string(), eventPattern)),
]);

/** Whether an event has everything that the pattern asks for. */
export function matchesPattern(pattern: Pattern, value: unknown): boolean {
  if (!isAlternatives(pattern)) {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.entries(pattern).every(([name, inner]) =>
        matchesPattern(inner, Object.entries(value).find(([key]) => key === name)?.[1]),
      )
    );
  }
  return pattern.some((alternative) => {
    if (typeof alternative === 'string') return value === alternative;
    if ('prefix' in alternative) return typeof value === 'string' && value.startsWith(alternative.prefix);
    return value !== undefined;
  });
}

function isAlternatives(pattern: Pattern): pattern is z.infer<typeof alternatives> {
  return Array.isArray(pattern);
}
