import type { ComponentChildren } from 'preact';
import { goTo } from './navigation.tsx';
import { useWords } from './preferences.ts';

/** A form that puts its filled fields into the address of a page, so that a link to the result can be sent. */
export function AddressForm({
  path,
  children,
}: {
  readonly path: string;
  readonly children: ComponentChildren;
}) {
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const next = new URLSearchParams();
        for (const [name, value] of new FormData(event.currentTarget)) {
          if (typeof value === 'string' && value.trim() !== '') next.set(name, value.trim());
        }
        goTo(`${path}?${next}`);
      }}
    >
      {children}
    </form>
  );
}

/** The days of the fields `since` and `until`. */
export function SpanFields({ query }: { readonly query: URLSearchParams }) {
  const { since, until } = useWords();
  return (
    <>
      <label class="field">
        <span>{since}</span>
        <input name="since" type="date" defaultValue={query.get('since') ?? ''} />
      </label>
      <label class="field">
        <span>{until}</span>
        <input name="until" type="date" defaultValue={query.get('until') ?? ''} />
      </label>
    </>
  );
}
