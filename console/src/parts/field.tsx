// Fields of a form, each with its name beside it.

/** Numbers are counted from one. */
const KINDS = {
  text: { type: 'text' },
  number: { type: 'number', min: 1 },
  date: { type: 'date' },
} as const

interface FieldParts {
  readonly name: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: keyof typeof KINDS
  readonly isRequired?: boolean
  /** In characters, of what is usually typed in. */
  readonly length?: number
}

export function Field(parts: FieldParts) {
  const { name, value, onValue, type = 'text', isRequired = false, length } = parts
  return (
    <label>
      {name}
      <input
        {...KINDS[type]}
        value={value}
        required={isRequired}
        size={length}
        spellcheck={false}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </label>
  )
}

export interface ChoiceParts {
  readonly name: string
  readonly value: string
  readonly of: readonly (readonly [value: string, name: string])[]
  readonly onValue: (value: string) => void
}

export function Choice({ name, value, of, onValue }: ChoiceParts) {
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {of.map(([one, said]) => (
          <option key={one} value={one}>
            {said}
          </option>
        ))}
      </select>
    </label>
  )
}
