// A friend with whether they are here: chosen, they are talked with.
import type { Friends } from '@sosik/client'
import { createRoom } from '@sosik/contract/chat'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { hashOf } from '../place.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { PersonOptions } from './person-options.tsx'

export function FriendRow({ friend }: { readonly friend: Friends[number] }) {
  const { texts, when } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const { user_id, display_name, status_message } = friend
  const seen = now.state.presence.get(user_id)

  async function talk(): Promise<void> {
    const room = await client.call(createRoom, {
      body: { room_type: 'direct', member_ids: [user_id] },
    })
    goTo(hashOf('rooms', room.room_id))
  }

  const lastSeen = seen?.last_seen_at && texts.lastSeen(when(seen.last_seen_at))
  return (
    <li class="with-options">
      <button type="button" class="row" disabled={isBusy} onClick={() => void run(talk)}>
        <Avatar name={display_name} id={user_id} isOnline={seen?.is_online === true} />
        <span class="text">
          <span class="only-heard">{texts.talkWith(display_name)}</span>
          <span class="name" aria-hidden="true">
            {display_name}
          </span>
          <span class="said">{status_message}</span>
        </span>
        <span class="side">{seen?.is_online ? texts.online : lastSeen}</span>
      </button>
      <PersonOptions person={friend} />
      <Failure text={failure} />
    </li>
  )
}
