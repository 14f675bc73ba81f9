// One line to find my friends by their names, and others by the beginning of their username.
import { listFriends } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import {
  DISPLAY_NAME_LENGTH_MAX,
  findUsers,
  USERNAME_BEGINNING_MIN,
  USERNAME_LENGTH_MAX,
} from '@sosik/contract/user'
import { useEffect, useRef } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { valueOf } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface Found {
  readonly friendIds: ReadonlySet<number>
  readonly people: AnswerOf<typeof findUsers>['items']
}

export interface FindPeopleProps {
  /** Undefined: nobody is looked for any more. */
  readonly onFound: (found: Found | undefined) => void
}

/** Between two letters: no more is asked than the server lets one ask. */
const TYPING_MS = 250

export function FindPeople({ onFound }: FindPeopleProps) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { failure, run } = useAction()
  const timer = useRef<number>(undefined)
  /** What was asked for last: an answer to anything before it comes too late. */
  const asked = useRef('')
  useEffect(() => () => clearTimeout(timer.current), [])

  function seek(q: string, waitMs: number): void {
    asked.current = q
    clearTimeout(timer.current)
    if (q === '') onFound(undefined)
    else timer.current = window.setTimeout(() => void run(() => find(q)), waitMs)
  }

  async function find(q: string): Promise<void> {
    const username = q.toLowerCase().replace(/^@/, '')
    const mayBeUsername =
      username.length >= USERNAME_BEGINNING_MIN && username.length <= USERNAME_LENGTH_MAX
    const [friends, people] = await Promise.all([
      client.call(listFriends, { query: { q } }),
      mayBeUsername ? client.call(findUsers, { query: { username } }) : { items: [] },
    ])
    if (asked.current !== q) return
    const friendIds = new Set(friends.items.map((one) => one.user_id))
    onFound({ friendIds, people: people.items.filter((one) => !friendIds.has(one.user_id)) })
  }

  return (
    <>
      <form
        class="search"
        role="search"
        aria-label={texts.findPeople}
        onSubmit={(event) => {
          event.preventDefault()
          seek(valueOf(event.currentTarget, 'q'), 0)
        }}
      >
        <input
          type="search"
          name="q"
          aria-label={texts.findPeopleHint}
          placeholder={texts.findPeopleHint}
          autocapitalize="none"
          autocomplete="off"
          maxlength={DISPLAY_NAME_LENGTH_MAX}
          onInput={({ currentTarget }) => seek(currentTarget.value.trim(), TYPING_MS)}
        />
      </form>
      <Failure text={failure} />
    </>
  )
}
