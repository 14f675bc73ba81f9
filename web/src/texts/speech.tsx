// The page's language as a context: its texts, its times, and its sentences for what was refused.
import { ProblemAnswer } from '@sosik/client'
import { PROBLEMS } from '@sosik/contract/errors'
import { type Language, languageOf } from '@sosik/contract/language'
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import type { Texts } from './en.ts'
import { TEXTS } from './language.ts'
import { sizeText } from './sizes.ts'
import { dayText, timeText, whenText } from './times.ts'

export interface Speech {
  readonly language: Language
  readonly texts: Texts
  speak(language: Language): void
  /** Such as `14:05`. */
  time(timestamp: string): string
  /** Such as `Monday, 30 November 2026`. */
  day(timestamp: string): string
  /** The time of today, else the day. */
  when(timestamp: string): string
  /** Such as `1.5 MB`. */
  size(bytes: number): string
  failure(error: unknown): string
}

const CHOSEN = 'sosik.language'
const Spoken = createContext<Speech | undefined>(undefined)

export function useSpeech(): Speech {
  const speech = useContext(Spoken)
  if (speech === undefined) throw new Error('There is no Speech around this.')
  return speech
}

export function SpeechProvider({ children }: { readonly children: ComponentChildren }) {
  const [language, setLanguage] = useState(() =>
    languageOf(localStorage.getItem(CHOSEN), navigator.languages),
  )
  const texts = TEXTS[language]
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speech = useMemo<Speech>(
    () => ({
      language,
      texts,
      speak(chosen) {
        localStorage.setItem(CHOSEN, chosen)
        setLanguage(chosen)
      },
      time: (timestamp) => timeText(language, timestamp),
      day: (timestamp) => dayText(language, timestamp),
      when: (timestamp) => whenText(language, timestamp, new Date()),
      size: (bytes) => sizeText(language, bytes),
      failure: (error) => failureText(language, error),
    }),
    [language, texts],
  )
  return <Spoken.Provider value={speech}>{children}</Spoken.Provider>
}

function failureText(language: Language, error: unknown): string {
  if (!(error instanceof ProblemAnswer)) return TEXTS[language].awayShort
  const [, english, korean] = PROBLEMS[error.code]
  return language === 'ko' ? korean : english
}
