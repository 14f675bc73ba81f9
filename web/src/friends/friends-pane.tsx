// My friends, the requests between us, whom I block, and the way to find people.
import type { State } from '@sosik/client'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { hashOf } from '../place.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { Blocks } from './blocks.tsx'
import { FindPeople, type Found } from './find-people.tsx'
import { FoundPerson } from './found-person.tsx'
import { FriendRow } from './friend-row.tsx'
import { Requests } from './requests.tsx'

export function FriendsPane() {
  const { texts } = useSpeech()
  const { friends } = useMessenger().now.state
  const [found, setFound] = useState<Found>()
  return (
    <>
      <header class="bar">
        <h1>{texts.friends}</h1>
      </header>
      <FindPeople onFound={setFound} />
      {found ? (
        <FoundPeople found={found} />
      ) : (
        <>
          <Myself />
          <Requests direction="received" title={texts.received} />
          <Requests direction="sent" title={texts.sent} />
          {friends.length === 0 && <p class="nothing">{texts.noFriends}</p>}
          <FriendRows friends={friends} />
          <Blocks />
        </>
      )}
    </>
  )
}

function Myself() {
  const { me } = useMessenger()
  return (
    <a class="row" href={hashOf('me')}>
      <Avatar name={me.display_name} id={me.user_id} />
      <span class="text">
        <span class="name">{me.display_name}</span>
        <span class="said">{me.status_message || `@${me.username}`}</span>
      </span>
    </a>
  )
}

function FoundPeople({ found: { friendIds, people } }: { readonly found: Found }) {
  const { texts } = useSpeech()
  const { friends } = useMessenger().now.state
  const foundFriends = friends.filter((one) => friendIds.has(one.user_id))
  const isNobody = foundFriends.length === 0 && people.length === 0
  return (
    <>
      <FriendRows friends={foundFriends} />
      {people.length > 0 && (
        <>
          <h2>{texts.otherPeople}</h2>
          <ul class="rows" aria-label={texts.otherPeople}>
            {people.map((person) => (
              <FoundPerson key={person.user_id} person={person} />
            ))}
          </ul>
        </>
      )}
      <p class={isNobody ? 'nothing' : undefined} role="status">
        {isNobody && texts.nobodyFound}
      </p>
    </>
  )
}

function FriendRows({ friends }: Pick<State, 'friends'>) {
  const { texts } = useSpeech()
  if (friends.length === 0) return null
  return (
    <>
      <h2>
        {texts.friends} {friends.length}
      </h2>
      <ul class="rows" aria-label={texts.friends}>
        {friends.map((friend) => (
          <FriendRow key={friend.user_id} friend={friend} />
        ))}
      </ul>
    </>
  )
}
