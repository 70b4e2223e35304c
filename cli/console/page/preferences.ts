import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { words, type Language } from './words.ts';

/** Dark or light. */
export type Theme = 'dark' | 'light';

/** What the browser remembers; before that, what the browser itself prefers. */
export function storedLanguage(): Language {
  const stored = localStorage.getItem('language');
  if (stored === 'ko' || stored === 'en') return stored;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

/** As `storedLanguage`. */
export function storedTheme(): Theme {
  const stored = localStorage.getItem('theme');
  if (stored === 'dark' || stored === 'light') return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** The language of the page, for all its parts. */
export const LanguageContext = createContext<Language>('ko');

/** Under whose name the page writes; undefined where it only reads. */
export const WriterContext = createContext<string | undefined>(undefined);

/** The words in the language of the page, and the language itself. */
export function useWords() {
  const language = useContext(LanguageContext);
  return { ...words[language], language };
}

/** The words of one page, in the language of the page. */
export function useWordsOf<Words>(own: Readonly<Record<Language, Words>>): Words {
  return own[useContext(LanguageContext)];
}
