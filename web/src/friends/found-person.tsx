// Somebody who was found: what they are to me, or the way to ask for their friendship.
import { requestFriend } from '@sosik/contract/friend'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import type { Found } from './find-people.tsx'
import { PersonOptions } from './person-options.tsx'
import { relationTo } from './relation.ts'

export interface FoundPersonProps {
  readonly person: Found['people'][number]
}

export function FoundPerson({ person }: FoundPersonProps) {
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
      {relation === 'none' ? (
        <button type="button" class="primary" disabled={isBusy} onClick={() => void run(ask)}>
          {texts.askFriend}
        </button>
      ) : (
        <span class="side">{texts[relation]}</span>
      )}
      <PersonOptions person={person} />
    </li>
  )
}
