// What the page says in each language.
import type { Language } from '@sosik/contract/language'
import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

export const TEXTS: Readonly<Record<Language, Texts>> = { ko, en }

/** Each by its own name: who cannot read the page still finds theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { ko: '한국어', en: 'English' }
