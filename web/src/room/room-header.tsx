// What a room is called, who is here of it, and what can be done with it.
import type { Room } from '@sosik/client'
import { leaveRoom, muteRoom } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { Question } from '../parts/question.tsx'
import { hashOf, type Tab } from '../place.ts'
import { othersIn, roomName } from '../rooms/room-view.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { Invite } from './invite.tsx'

export interface RoomHeaderProps {
  readonly room: Room
  readonly tab: Tab
}

export function RoomHeader({ room, tab }: RoomHeaderProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [asked, setAsked] = useState<'leave' | 'invite'>()
  const { room_id, muted } = room
  const params = { room_id }
  const mute = () => client.call(muteRoom, { params, body: { muted: !muted } })

  async function leave(): Promise<void> {
    setAsked(undefined)
    await client.call(leaveRoom, { params })
    goTo(hashOf('rooms'))
  }

  return (
    <header class="bar">
      <a class="back" href={hashOf(tab)} aria-label={texts.back}>
        <Icon name="back" />
      </a>
      <div class="text">
        <h1>{roomName(room, me.user_id, texts)}</h1>
        <Below room={room} />
      </div>
      <button type="button" class="plain" disabled={isBusy} onClick={() => void run(mute)}>
        {muted ? texts.unmute : texts.mute}
      </button>
      {room.room_type === 'group' && (
        <>
          <button type="button" class="plain" onClick={() => setAsked('invite')}>
            {texts.inviteThese}
          </button>
          <button type="button" class="plain" onClick={() => setAsked('leave')}>
            {texts.leave}
          </button>
        </>
      )}
      <Failure text={failure} />
      {asked === 'invite' && <Invite room={room} onClose={() => setAsked(undefined)} />}
      {asked === 'leave' && (
        <Question
          title={texts.leave}
          text={texts.leaveSure}
          onYes={() => void run(leave)}
          onClose={() => setAsked(undefined)}
        />
      )}
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
