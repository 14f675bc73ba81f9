// One line to find my friends by their names, and others by the beginning of their username.
import { listFriends } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import {
  DISPLAY_NAME_LENGTH_MAX,
  findUsers,
  USERNAME_BEGINNING_MIN,
  USERNAME_LENGTH_MAX,
} from '@sosik/contract/user'
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

export function FindPeople({ onFound }: FindPeopleProps) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { failure, run } = useAction()

  async function find(q: string): Promise<void> {
    const username = q.toLowerCase().replace(/^@/, '')
    const mayBeUsername =
      username.length >= USERNAME_BEGINNING_MIN && username.length <= USERNAME_LENGTH_MAX
    const [friends, people] = await Promise.all([
      client.call(listFriends, { query: { q } }),
      mayBeUsername ? client.call(findUsers, { query: { username } }) : { items: [] },
    ])
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
          const q = valueOf(event.currentTarget, 'q')
          if (q !== '') void run(() => find(q))
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
          onInput={({ currentTarget }) => {
            if (currentTarget.value === '') onFound(undefined)
          }}
        />
      </form>
      <Failure text={failure} />
    </>
  )
}
