// Which language the page speaks, as a choice.
import { LANGUAGES } from '@sosik/contract/language'
import { LANGUAGE_NAMES } from './language.ts'
import { useSpeech } from './speech.tsx'

export function LanguageChoice() {
  const { language, texts, speak } = useSpeech()
  return (
    <div class="languages" role="group" aria-label={texts.language}>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          class="plain"
          lang={one}
          aria-pressed={one === language}
          onClick={() => speak(one)}
        >
          {LANGUAGE_NAMES[one]}
        </button>
      ))}
    </div>
  )
}
