// The languages that every face speaks, and the one that it begins with.

export const LANGUAGES = ['ko', 'en'] as const

export type Language = (typeof LANGUAGES)[number]

/** `chosen` is what was kept; `preferred` the browser's languages, the first one first. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  const known = [chosen, ...preferred.map((tag) => tag.split('-')[0])]
  return known.find(isLanguage) ?? 'en'
}

const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((one) => one === text)
