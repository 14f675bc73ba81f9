// Which language the page speaks: the one that was chosen, else the browser's.
import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

export const TEXTS = { ko, en } as const satisfies Record<string, Texts>

export type Language = keyof typeof TEXTS

/** Each by its own name: who cannot read the page still finds theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { ko: '한국어', en: 'English' }

export const LANGUAGES = Object.keys(TEXTS) as Language[]

/** `chosen` is what was kept; `preferred` the browser's languages, the first one first. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen
  return preferred.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en'
}

function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(TEXTS, text)
}
