// The whole face: who is signed in, in which language, and at which page.
import { createClient, ProblemAnswer } from '@sosik/client'
import { languageOf } from '@sosik/contract/language'
import { closeOperatorSession, readOperatorSession } from '@sosik/contract/ops'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { ConsoleContext, type Operator, useConsole } from './console.ts'
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
/** Until a server that is away is asked again who is signed in. */
const AGAIN_MS = 2_000

/** Whether one is signed in is asked once, and known whenever the server says that one is not. */
export function App() {
  const [language, setLanguage] = useState(() =>
    languageOf(localStorage.getItem(LANGUAGE), navigator.languages),
  )
  /** Null when nobody is signed in; undefined until that is known. */
  const [operator, setOperator] = useState<Operator | null>()
  const client = useMemo(() => {
    const ask = async (address: string, init: RequestInit) => {
      const response = await fetch(address, init)
      if (response.status === NOT_SIGNED_IN) setOperator(null)
      return response
    }
    return createClient({ baseUrl: '', fetch: ask })
  }, [])
  const texts = TEXTS[language]
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () =>
      void client.call(readOperatorSession, {}).then(setOperator, (error: unknown) => {
        if (error instanceof ProblemAnswer) setOperator(null)
        else timer = setTimeout(look, AGAIN_MS)
      })
    look()
    return () => clearTimeout(timer)
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
    <ConsoleContext.Provider value={{ operator: operator ?? undefined, client, language, texts }}>
      <header>
        <h1>{texts.title}</h1>
        {operator && <Navigation />}
        <div class="corner">
          <button type="button" lang={otherThan(language)} onClick={switchLanguage}>
            {texts.language}
          </button>
          {operator && <Leave onLeft={() => setOperator(null)} />}
        </div>
      </header>
      <main>
        {operator && <CurrentPage />}
        {operator === null && <SignIn onEntered={setOperator} />}
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
