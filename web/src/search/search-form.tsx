// What is looked for, and where: in every chat of mine, or in one, by one person, on some days.
import type { QueryOf } from '@sosik/contract/route'
import { type searchMessages, SOUGHT_LENGTH_MAX } from '@sosik/contract/search'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useSpeech } from '../texts/speech.tsx'
import { usePlace } from '../use-place.ts'
import { ANYTHING, type Narrowing, narrowedBy } from './narrowing.ts'
import { NarrowingFields } from './narrowing-fields.tsx'

export type Sought = QueryOf<typeof searchMessages>

export interface SearchFormProps {
  readonly onSearch: (sought: Sought) => void
}

export function SearchForm({ onSearch }: SearchFormProps) {
  const { texts } = useSpeech()
  const { within } = usePlace()
  const line = useRef<HTMLInputElement>(null)
  const [narrowing, setNarrowing] = useState<Narrowing>(ANYTHING)
  useEffect(() => {
    if (within === undefined) return
    setNarrowing({ ...ANYTHING, room: String(within) })
    line.current?.focus()
  }, [within])

  function search(by: Narrowing): void {
    const text = line.current?.value.trim()
    if (text) onSearch({ text, ...narrowedBy(by) })
  }

  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        search(narrowing)
      }}
    >
      <input
        ref={line}
        type="search"
        aria-label={texts.searchMessages}
        placeholder={texts.searchHint}
        maxlength={SOUGHT_LENGTH_MAX}
      />
      <details class="narrowing" open={narrowing !== ANYTHING}>
        <summary>{texts.narrow}</summary>
        <NarrowingFields
          narrowing={narrowing}
          onChange={(by) => {
            setNarrowing(by)
            search(by)
          }}
        />
      </details>
    </form>
  )
}
