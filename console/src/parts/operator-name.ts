// The operator's name for the audit, remembered by this browser: it is no secret.
import { useState } from 'preact/hooks'

const NAME = 'sosik-operator'

export function useOperatorName(): readonly [name: string, setName: (name: string) => void] {
  const [name, setName] = useState(() => localStorage.getItem(NAME) ?? '')
  return [
    name,
    (given) => {
      localStorage.setItem(NAME, given)
      setName(given)
    },
  ]
}
