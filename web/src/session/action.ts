// Something that is asked of the server by a person: once at a time, and its refusal is shown.
import { useState } from 'preact/hooks'
import { useSpeech } from '../texts/speech.tsx'

export interface Action {
  readonly isBusy: boolean
  /** Why the last one was not done; empty when it was. */
  readonly failure: string
  /** Resolves with whether it was done. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

export function useAction(): Action {
  const { failure: sentenceOf } = useSpeech()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  return {
    isBusy,
    failure: error === undefined ? '' : sentenceOf(error),
    async run(work) {
      setBusy(true)
      setError(undefined)
      try {
        await work()
        return true
      } catch (refused) {
        setError(refused)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
