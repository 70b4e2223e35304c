import type { Fault } from './ask.ts';
import { refusalsInKorean } from './lists-words.ts';
import { useWords } from './preferences.ts';
import { sentenceOf } from './words.ts';

/** Where a change of a list reports to. */
export type ListChanging = {
  readonly list: string;
  readonly onFault: (fault: Fault | undefined) => void;
  /** Hears what was done, in a sentence. */
  readonly onDone: (saying: string) => void;
};

/** A fault of a list; a refused entry says why in both languages. */
export function ListFault({ fault }: { readonly fault: Fault }) {
  return (
    <div class="trouble" role="alert">
      {useRefusal()({ ...fault, code: fault.code.replace(/^ENTRY_/, '') })}
    </div>
  );
}

/** Says in the language of the page why an entry or a line is refused. */
export function useRefusal(): (fault: Fault) => string {
  const { language } = useWords();
  return (fault) =>
    language === 'ko' && Object.hasOwn(refusalsInKorean, fault.code)
      ? (refusalsInKorean[fault.code] ?? fault.message)
      : sentenceOf(fault, language);
}
