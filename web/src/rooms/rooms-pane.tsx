// My rooms, the last spoken in first.
import type { Room } from '@sosik/client'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Icon } from '../parts/icon.tsx'
import { Count } from '../parts/tabs.tsx'
import { hashOf } from '../place.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { usePlace } from '../use-place.ts'
import { NewGroup } from './new-group.tsx'
import { othersIn, roomName, saidIn } from './room-view.ts'

export function RoomsPane() {
  const { texts } = useSpeech()
  const { rooms } = useMessenger().now.state
  const [isMaking, setMaking] = useState(false)
  return (
    <>
      <header class="bar">
        <h1>{texts.rooms}</h1>
        <button
          type="button"
          class="plain round"
          aria-label={texts.newGroup}
          title={texts.newGroup}
          onClick={() => setMaking(true)}
        >
          <Icon name="add" />
        </button>
      </header>
      {rooms.length === 0 && <p class="nothing">{texts.noRooms}</p>}
      <ul class="rows">
        {rooms.map((room) => (
          <RoomRow key={room.room_id} room={room} />
        ))}
      </ul>
      {isMaking && <NewGroup onClose={() => setMaking(false)} />}
    </>
  )
}

function RoomRow({ room }: { readonly room: Room }) {
  const { texts, when } = useSpeech()
  const { me, now } = useMessenger()
  const { roomId } = usePlace()
  const name = roomName(room, me.user_id, texts)
  const [other] = othersIn(room, me.user_id)
  const isDirect = room.room_type === 'direct'
  const isHere = isDirect && other !== undefined
  const isOnline = isHere && now.state.presence.get(other.user_id)?.is_online === true
  const typists = now.typing.some((one) => one.roomId === room.room_id)
  return (
    <li>
      <a
        class="row"
        href={hashOf('rooms', room.room_id)}
        aria-current={room.room_id === roomId ? 'page' : undefined}
      >
        <Avatar name={name} id={other?.user_id ?? room.room_id} isOnline={isOnline} />
        <span class="text">
          <span class="name with-more">
            <span class="cut">{name}</span>
            {!isDirect && <small>{room.members.length}</small>}
            {room.muted && (
              <span class="muted" title={texts.muted}>
                <Icon name="muted" />
              </span>
            )}
          </span>
          <span class="said">{typists ? '…' : saidIn(room.last_message, texts)}</span>
        </span>
        <span class="side">
          <time dateTime={room.spoken_at}>{when(room.spoken_at)}</time>
          {room.unread > 0 && (
            <>
              <Count count={room.unread} />
              <span class="only-heard">{texts.unread(room.unread)}</span>
            </>
          )}
        </span>
      </a>
    </li>
  )
}
