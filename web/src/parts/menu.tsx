// A few things that can be done with one row, behind a button of its own.
import { useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

export interface MenuProps {
  /** What the button is called. */
  readonly label: string
  /** What is not to be chosen is `false`. */
  readonly choices: readonly (Choice | false)[]
}

export interface Choice {
  readonly label: string
  readonly onChoose: () => void
}

export function Menu({ label, choices }: MenuProps) {
  const element = useRef<HTMLDetailsElement>(null)

  function close(): void {
    if (element.current !== null) element.current.open = false
  }

  return (
    <details
      ref={element}
      class="options"
      onFocusOut={({ relatedTarget }) => {
        if (!element.current?.contains(relatedTarget as Node | null)) close()
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') close()
      }}
    >
      <summary aria-label={label}>
        <Icon name="options" />
      </summary>
      <div class="menu">
        {choices.map(
          (choice) =>
            choice && (
              <button
                key={choice.label}
                type="button"
                class="plain"
                onClick={() => {
                  close()
                  choice.onChoose()
                }}
              >
                {choice.label}
              </button>
            ),
        )}
      </div>
    </details>
  )
}
