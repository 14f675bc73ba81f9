// What the face says in each language.
import type { Language } from '@sosik/contract/language'
import { en, type Texts } from './en.ts'
import { ko } from './ko.ts'

export const TEXTS: Readonly<Record<Language, Texts>> = { en, ko }

export const otherThan = (language: Language): Language => (language === 'ko' ? 'en' : 'ko')
