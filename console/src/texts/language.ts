// Which language the face speaks: the one chosen last, else the browser's, else English.
import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

export const TEXTS = { en, ko } as const satisfies Record<string, Texts>

export type Language = keyof typeof TEXTS

/** `preferred` are the browser's languages, the first one first. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  if (chosen === 'en' || chosen === 'ko') return chosen
  const known = preferred.map((one) => one.slice(0, 2)).find((one) => one === 'en' || one === 'ko')
  return known === 'ko' ? 'ko' : 'en'
}

export const otherThan = (language: Language): Language => (language === 'ko' ? 'en' : 'ko')
