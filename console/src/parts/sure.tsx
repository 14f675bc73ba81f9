// A button for what cannot be taken back: it asks once more, in its own place.
import { useState } from 'preact/hooks'
import { useConsole } from '../console.ts'

interface SureParts {
  readonly name: string
  readonly question: string
  readonly isDisabled: boolean
  readonly onSure: () => void
}

export function Sure({ name, question, isDisabled, onSure }: SureParts) {
  const { texts } = useConsole()
  const [isAsking, setIsAsking] = useState(false)
  if (!isAsking) {
    return (
      <button type="button" disabled={isDisabled} onClick={() => setIsAsking(true)}>
        {name}
      </button>
    )
  }
  function answer(isSure: boolean): void {
    setIsAsking(false)
    if (isSure) onSure()
  }
  return (
    <span class="sure">
      <span>{question}</span>{' '}
      <button type="button" class="danger" disabled={isDisabled} onClick={() => answer(true)}>
        {name}
      </button>{' '}
      <button type="button" onClick={() => answer(false)}>
        {texts.letters.cancel}
      </button>
    </span>
  )
}
