// People found by the beginning of their username, to be asked for their friendship.
import type { State } from '@sosik/client'
import { requestFriend } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import { findUsers, USERNAME_BEGINNING_MIN, USERNAME_LENGTH_MAX } from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { valueOf } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

type Person = AnswerOf<typeof findUsers>['items'][number]

export function FindPeople() {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { failure, run } = useAction()
  const [people, setPeople] = useState<readonly Person[]>()

  async function find(username: string): Promise<void> {
    const { items } = await client.call(findUsers, { query: { username } })
    setPeople(items)
  }

  return (
    <>
      <form
        class="search"
        role="search"
        aria-label={texts.findPeople}
        onSubmit={(event) => {
          event.preventDefault()
          const username = valueOf(event.currentTarget, 'username').toLowerCase()
          if (username.length >= USERNAME_BEGINNING_MIN) void run(() => find(username))
        }}
      >
        <input
          type="search"
          name="username"
          aria-label={texts.findPeopleHint}
          placeholder={texts.findPeopleHint}
          autocapitalize="none"
          autocomplete="off"
          minlength={USERNAME_BEGINNING_MIN}
          maxlength={USERNAME_LENGTH_MAX}
          onInput={({ currentTarget }) => {
            if (currentTarget.value === '') setPeople(undefined)
          }}
        />
      </form>
      <Failure text={failure} />
      {people?.length === 0 && <p class="nothing">{texts.nobodyFound}</p>}
      {people !== undefined && people.length > 0 && (
        <ul class="rows found-people" aria-label={texts.findPeople}>
          {people.map((person) => (
            <FoundPerson key={person.user_id} person={person} />
          ))}
        </ul>
      )}
    </>
  )
}

function FoundPerson({ person }: { readonly person: Person }) {
  const { texts } = useSpeech()
  const { client, me, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const { user_id, display_name, username } = person
  const relation = relationTo(user_id, me.user_id, now.state)
  const ask = () => client.call(requestFriend, { body: { addressee_id: user_id } })
  return (
    <li class="row">
      <Avatar name={display_name} id={user_id} />
      <span class="text">
        <span class="name">{display_name}</span>
        <span class="said">@{username}</span>
        <Failure text={failure} />
      </span>
      {relation === undefined ? (
        <button type="button" class="primary" disabled={isBusy} onClick={() => void run(ask)}>
          {texts.askFriend}
        </button>
      ) : (
        <span class="side">{texts[relation]}</span>
      )}
    </li>
  )
}

/** What we are to each other already; undefined for nothing. */
function relationTo(userId: number, myId: number, { friends, friendRequests }: State) {
  if (userId === myId) return 'itIsYou'
  if (friends.some((one) => one.user_id === userId)) return 'isFriend'
  const isAsked = friendRequests.some(
    ({ direction, other }) => direction === 'sent' && other.user_id === userId,
  )
  return isAsked ? 'asked' : undefined
}
