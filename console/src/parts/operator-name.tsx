// Who stands in the audit: the name of the token, or else what this browser remembers; no secret.
import { useState } from 'preact/hooks'
import { useConsole } from '../console.ts'
import { Field } from './field.tsx'

const NAME = 'sosik-operator'

export interface OperatorName {
  readonly by: string
  readonly setBy: (name: string) => void
}

export function useOperatorName(): OperatorName {
  const { operator } = useConsole()
  const [name, setName] = useState(() => localStorage.getItem(NAME) ?? '')
  return {
    by: operator?.name ?? name,
    setBy(given) {
      localStorage.setItem(NAME, given)
      setName(given)
    },
  }
}

/** Asked for only where the token is nobody's own. */
export function OperatorNameField({ by, setBy }: OperatorName) {
  const { operator, texts } = useConsole()
  if (typeof operator?.name !== 'string') {
    return <Field name={texts.letters.by} value={by} onValue={setBy} isRequired />
  }
  return (
    <p>
      {texts.letters.by}: <strong>{by}</strong>
    </p>
  )
}
