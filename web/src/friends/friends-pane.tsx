// My friends with who is here, the requests between us, and the way to find people.
import { createRoom } from '@sosik/contract/chat'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { hashOf } from '../place.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { FindPeople } from './find-people.tsx'
import { Requests } from './requests.tsx'

export function FriendsPane() {
  const { texts } = useSpeech()
  const { friends } = useMessenger().now.state
  return (
    <>
      <header class="bar">
        <h1>{texts.friends}</h1>
      </header>
      <FindPeople />
      <Requests direction="received" title={texts.received} />
      <Requests direction="sent" title={texts.sent} />
      {friends.length > 0 && (
        <h2>
          {texts.friends} {friends.length}
        </h2>
      )}
      {friends.length === 0 && <p class="nothing">{texts.noFriends}</p>}
      <ul class="rows" aria-label={texts.friends}>
        {friends.map((friend) => (
          <FriendRow key={friend.user_id} friend={friend} />
        ))}
      </ul>
    </>
  )
}

interface FriendRowProps {
  readonly friend: {
    readonly user_id: number
    readonly display_name: string
    readonly status_message: string
  }
}

function FriendRow({ friend: { user_id, display_name, status_message } }: FriendRowProps) {
  const { texts, when } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const seen = now.state.presence.get(user_id)

  async function talk(): Promise<void> {
    const room = await client.call(createRoom, {
      body: { room_type: 'direct', member_ids: [user_id] },
    })
    goTo(hashOf('rooms', room.room_id))
  }

  const lastSeen = seen?.last_seen_at && texts.lastSeen(when(seen.last_seen_at))
  return (
    <li>
      <button
        type="button"
        class="row"
        disabled={isBusy}
        aria-label={texts.talkWith(display_name)}
        onClick={() => void run(talk)}
      >
        <Avatar name={display_name} id={user_id} isOnline={seen?.is_online === true} />
        <span class="text">
          <span class="name">{display_name}</span>
          <span class="said">{status_message}</span>
        </span>
        <span class="side">{seen?.is_online ? texts.online : lastSeen}</span>
      </button>
      <Failure text={failure} />
    </li>
  )
}
