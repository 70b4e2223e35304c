// The page in the browser: signs in with the token of the address, then shows what the address names.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { ask, type Answer } from './ask.ts';
import { CamerasPage } from './cameras-page.tsx';
import { ListsPage } from './lists-page.tsx';
import { LivePage } from './live-page.tsx';
import { goTo, Link, useLocation } from './navigation.tsx';
import { OnSitePage } from './on-site-page.tsx';
import { Empty, Trouble } from './parts.tsx';
import { PicturePage } from './picture-page.tsx';
import { LanguageContext, storedLanguage, storedTheme, useWords, WriterContext } from './preferences.ts';
import { ReviewPage } from './review-page.tsx';
import { SearchPage } from './search-page.tsx';
import { UploadPage } from './upload-page.tsx';
import { UsagePage } from './usage-page.tsx';
import { VisitsPage } from './visits-page.tsx';
import { WaitingPage } from './waiting-page.tsx';
import { sentenceOf } from './words.ts';

const about = z.object({ stage: z.string(), writer: z.optional(z.string()) });
type About = Answer<z.infer<typeof about>>;

/** The pages of the navigation, in its order. */
const pages = [
  { path: '/', name: 'live' },
  { path: '/search', name: 'search' },
  { path: '/visits', name: 'visits' },
  { path: '/on-site', name: 'onSite' },
  { path: '/review', name: 'review' },
  { path: '/waiting', name: 'waiting' },
  { path: '/lists', name: 'lists' },
  { path: '/cameras', name: 'cameras' },
  { path: '/usage', name: 'usage' },
  { path: '/upload', name: 'upload' },
] as const;

/** Exchanges the token of the address, if it has one, and takes it out of the address. */
async function signIn(): Promise<About> {
  const [, token] = /^#token=(.+)$/.exec(window.location.hash) ?? [];
  if (token !== undefined) {
    history.replaceState(null, '', window.location.pathname + window.location.search);
    const body = JSON.stringify({ token });
    await ask('/api/session', z.object({}), {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
  }
  return ask('/api/about', about);
}

function Console({ about: known }: { readonly about: About }) {
  const [language, setLanguage] = useState(storedLanguage);
  const [theme, setTheme] = useState(storedTheme);
  const location = useLocation();
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  useEffect(listenForKeys, []);
  return (
    <LanguageContext.Provider value={language}>
      <Header
        path={location.pathname}
        stage={known.kind === 'content' ? known.content.stage : undefined}
        switchLanguage={() => {
          const next = language === 'ko' ? 'en' : 'ko';
          localStorage.setItem('language', next);
          setLanguage(next);
        }}
        switchTheme={() => {
          const next = theme === 'dark' ? 'light' : 'dark';
          localStorage.setItem('theme', next);
          setTheme(next);
        }}
      />
      {known.kind === 'fault' ? (
        <SignedOut fault={known.fault} />
      ) : (
        <WriterContext.Provider value={known.content.writer}>
          <CurrentPage location={location} />
        </WriterContext.Provider>
      )}
    </LanguageContext.Provider>
  );
}

function CurrentPage({ location: { pathname, searchParams } }: { readonly location: URL }) {
  const text = useWords();
  useEffect(() => {
    const name = pages.find(({ path }) => path === pathname)?.name ?? 'picture';
    document.title = `${text[name]} · Plateline`;
  }, [pathname, text]);
  if (pathname === '/search') return <SearchPage query={searchParams} />;
  if (pathname === '/visits') return <VisitsPage query={searchParams} />;
  if (pathname === '/on-site') return <OnSitePage query={searchParams} />;
  if (pathname === '/review') return <ReviewPage />;
  if (pathname === '/lists') return <ListsPage query={searchParams} />;
  if (pathname === '/cameras') return <CamerasPage query={searchParams} />;
  if (pathname === '/upload') return <UploadPage />;
  if (pathname === '/usage') return <UsagePage query={searchParams} />;
  if (pathname === '/waiting') return <WaitingPage />;
  if (pathname === '/picture') return <PicturePage imageId={searchParams.get('id') ?? ''} />;
  return <LivePage camera={searchParams.get('camera') ?? undefined} />;
}

function Header({
  path,
  stage,
  switchLanguage,
  switchTheme,
}: {
  readonly path: string;
  readonly stage: string | undefined;
  readonly switchLanguage: () => void;
  readonly switchTheme: () => void;
}) {
  const text = useWords();
  const current = (of: string) => (path === of ? ('page' as const) : undefined);
  return (
    <header>
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <Link to="/" class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        Plateline
      </Link>
      <nav>
        {pages.map(({ path: to, name }) => (
          <Link key={to} to={to} aria-current={current(to)}>
            {text[name]}
          </Link>
        ))}
      </nav>
      {stage !== undefined && (
        <span class="stage" title={text.stage}>
          {stage}
        </span>
      )}
      <button class="button" onClick={switchLanguage} lang={text.language === 'en' ? 'ko' : 'en'}>
        {text.otherLanguage}
      </button>
      <button class="button" onClick={switchTheme} aria-label={text.theme} title={text.theme}>
        ◐
      </button>
    </header>
  );
}

function SignedOut({ fault }: { readonly fault: { readonly code: string; readonly message: string } }) {
  const { signedOut, language } = useWords();
  return (
    <main id="content">
      <h1 class="visually-hidden">Plateline</h1>
      {fault.code === 'SIGNED_OUT' ? (
        <Empty title={signedOut}>{sentenceOf(fault, language)}</Empty>
      ) : (
        <Trouble fault={fault} />
      )}
    </main>
  );
}

/** `/` searches; `j` and `k` move along the records. */
function listenForKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    const { code, key, target, ctrlKey, metaKey, altKey } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (isTyping || ctrlKey || metaKey || altKey) return;
    if (key === '/') {
      event.preventDefault();
      goTo('/search');
    }
    // By its place, since a Korean keyboard may write hangul.
    if (code !== 'KeyJ' && code !== 'KeyK') return;
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a.record')];
    const now = links.findIndex((link) => link === document.activeElement);
    links[Math.max(0, now + (code === 'KeyJ' ? 1 : -1))]?.focus();
  };
  window.addEventListener('keydown', press);
  return () => {
    window.removeEventListener('keydown', press);
  };
}

const root = document.getElementById('page');
if (root) render(<Console about={await signIn()} />, root);
