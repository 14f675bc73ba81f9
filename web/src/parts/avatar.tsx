// A person or a room as a small picture: its first letter on one of a few colours.

const COLOURS = 6

export interface AvatarProps {
  readonly name: string
  /** The same colour for the same id. */
  readonly id: number
  readonly isOnline?: boolean
}

/** Beside a name that is read out: it says nothing by itself. */
export function Avatar({ name, id, isOnline = false }: AvatarProps) {
  const [letter = ''] = name.trim()
  return (
    <span class={`avatar colour-${id % COLOURS}`} aria-hidden="true">
      {letter.toUpperCase()}
      {isOnline && <span class="here" />}
    </span>
  )
}
