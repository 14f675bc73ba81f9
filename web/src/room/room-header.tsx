// What a room is called, who is here of it, and the ways into its search and its details.
import type { Room } from '@sosik/client'
import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { hashOf, searchIn, type Tab } from '../place.ts'
import { othersIn, roomName } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { Invite } from './invite.tsx'
import { RoomDetails } from './room-details.tsx'

export interface RoomHeaderProps {
  readonly room: Room
  readonly tab: Tab
}

export function RoomHeader({ room, tab }: RoomHeaderProps) {
  const { texts } = useSpeech()
  const { me } = useMessenger()
  const [shown, setShown] = useState<'details' | 'invite'>()
  const close = () => setShown(undefined)
  return (
    <header class="bar">
      <a class="back" href={hashOf(tab)} aria-label={texts.back}>
        <Icon name="back" />
      </a>
      <div class="text">
        <h1>
          <span class="cut">{roomName(room, me.user_id, texts)}</span>
          {room.muted && (
            <span class="muted" role="img" aria-label={texts.muted}>
              <Icon name="muted" />
            </span>
          )}
        </h1>
        <Below room={room} />
      </div>
      <a
        class="round"
        href={searchIn(room.room_id)}
        aria-label={texts.searchHere}
        title={texts.searchHere}
      >
        <Icon name="search" />
      </a>
      <button
        type="button"
        class="plain round"
        aria-label={texts.details}
        title={texts.details}
        onClick={() => setShown('details')}
      >
        <Icon name="details" />
      </button>
      {shown === 'details' && (
        <RoomDetails room={room} onInvite={() => setShown('invite')} onClose={close} />
      )}
      {shown === 'invite' && <Invite room={room} onClose={close} />}
    </header>
  )
}

/** Of a group how many are in it, of a person whether they are here. */
function Below({ room }: { readonly room: Room }) {
  const { texts, when } = useSpeech()
  const { me, now } = useMessenger()
  if (room.room_type === 'group') return <small>{texts.members(room.members.length)}</small>
  const [other] = othersIn(room, me.user_id)
  const seen = other && now.state.presence.get(other.user_id)
  if (seen?.is_online) return <small>{texts.online}</small>
  return <small>{seen?.last_seen_at && texts.lastSeen(when(seen.last_seen_at))}</small>
}
