// The whole face: who is signed in, in which language, and at which page.
import { createClient, ProblemAnswer } from '@sosik/client'
import { languageOf } from '@sosik/contract/language'
import { closeOperatorSession, readOutbox } from '@sosik/contract/ops'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { ConsoleContext, useConsole } from './console.ts'
import { Figures } from './figures.tsx'
import { Letters } from './letters/letters.tsx'
import { Outbox } from './outbox/outbox.tsx'
import { Overview } from './overview.tsx'
import { hashOf, PAGES, type Page, type Place, placeOf } from './place.ts'
import { SignIn } from './sign-in.tsx'
import { otherThan, TEXTS } from './texts/language.ts'
import { Topics } from './topics.tsx'
import { Why } from './why.tsx'

const LANGUAGE = 'sosik-language'
const NOT_SIGNED_IN = 401

/** Whether one is signed in is asked once, and known whenever the server says that one is not. */
export function App() {
  const [language, setLanguage] = useState(() =>
    languageOf(localStorage.getItem(LANGUAGE), navigator.languages),
  )
  const [isIn, setIsIn] = useState<boolean>()
  const client = useMemo(() => {
    const ask = async (address: string, init: RequestInit) => {
      const response = await fetch(address, init)
      if (response.status === NOT_SIGNED_IN) setIsIn(false)
      return response
    }
    return createClient({ baseUrl: '', fetch: ask })
  }, [])
  const texts = TEXTS[language]
  useEffect(() => {
    const isRefused = (error: unknown) =>
      error instanceof ProblemAnswer && error.status === NOT_SIGNED_IN
    client.call(readOutbox, {}).then(
      () => setIsIn(true),
      (error: unknown) => setIsIn(!isRefused(error)),
    )
  }, [client])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = texts.title
  }, [language, texts])
  function switchLanguage(): void {
    const other = otherThan(language)
    localStorage.setItem(LANGUAGE, other)
    setLanguage(other)
  }
  return (
    <ConsoleContext.Provider value={{ client, language, texts }}>
      <header>
        <h1>{texts.title}</h1>
        {isIn && <Navigation />}
        <div class="corner">
          <button type="button" lang={otherThan(language)} onClick={switchLanguage}>
            {texts.language}
          </button>
          {isIn && <Leave onLeft={() => setIsIn(false)} />}
        </div>
      </header>
      <main>
        {isIn === true && <CurrentPage />}
        {isIn === false && <SignIn onEntered={() => setIsIn(true)} />}
      </main>
    </ConsoleContext.Provider>
  )
}

function Leave({ onLeft }: { onLeft: () => void }) {
  const { client, texts } = useConsole()
  const leave = () => void client.call(closeOperatorSession, {}).then(onLeft, () => undefined)
  return (
    <button type="button" onClick={leave}>
      {texts.signIn.leave}
    </button>
  )
}

function Navigation() {
  const { texts } = useConsole()
  const { page: current } = usePlace()
  return (
    <nav>
      {PAGES.map((page) => (
        <a key={page} href={hashOf(page)} aria-current={page === current ? 'page' : undefined}>
          {texts.pages[page]}
        </a>
      ))}
    </nav>
  )
}

const SHOWN = {
  overview: Overview,
  letters: Letters,
  outbox: Outbox,
  why: Why,
  figures: Figures,
  topics: Topics,
} as const satisfies Record<Page, unknown>

function CurrentPage() {
  const { page, fields } = usePlace()
  const Shown = SHOWN[page]
  return <Shown fields={fields} />
}

function usePlace(): Place {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return placeOf(hash)
}
