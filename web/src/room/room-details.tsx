// All about one room: its name, who is in it, and what I can do with it.
import type { Room } from '@sosik/client'
import { leaveRoom, muteRoom } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { Question } from '../parts/question.tsx'
import { hashOf } from '../place.ts'
import { roomName } from '../rooms/room-view.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { Members } from './members.tsx'
import { RenameRoom } from './rename-room.tsx'

export interface RoomDetailsProps {
  readonly room: Room
  readonly onInvite: () => void
  readonly onClose: () => void
}

export function RoomDetails({ room, onInvite, onClose }: RoomDetailsProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [isLeaving, setLeaving] = useState(false)
  const { room_id, muted } = room
  const params = { room_id }
  const isGroup = room.room_type === 'group'
  const mute = () => client.call(muteRoom, { params, body: { muted: !muted } })

  async function leave(): Promise<void> {
    setLeaving(false)
    await client.call(leaveRoom, { params })
    goTo(hashOf('rooms'))
  }

  return (
    <Dialog title={roomName(room, me.user_id, texts)} onClose={onClose}>
      <label class="choice">
        <input
          type="checkbox"
          role="switch"
          checked={muted}
          disabled={isBusy}
          onChange={() => void run(mute)}
        />
        {texts.mute}
      </label>
      {isGroup && room.owner_id === me.user_id && <RenameRoom room={room} />}
      <Members room={room} />
      <Failure text={failure} />
      <div class="actions">
        {isGroup && (
          <>
            <button type="button" class="plain leave" onClick={() => setLeaving(true)}>
              {texts.leave}
            </button>
            <button type="button" onClick={onInvite}>
              {texts.inviteThese}
            </button>
          </>
        )}
        <button type="button" onClick={onClose}>
          {texts.close}
        </button>
      </div>
      {isLeaving && (
        <Question
          title={texts.leave}
          text={texts.leaveSure}
          onYes={() => void run(leave)}
          onClose={() => setLeaving(false)}
        />
      )}
    </Dialog>
  )
}
