// Friends who are not in a group yet, to be brought into it.
import type { Room } from '@sosik/client'
import { INVITED_MAX, inviteMembers } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { FriendChoice } from '../rooms/friend-choice.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface InviteProps {
  readonly room: Room
  readonly onClose: () => void
}

export function Invite({ room, onClose }: InviteProps) {
  const { texts } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [chosen, setChosen] = useState<readonly number[]>([])
  const inside = new Set(room.members.map((one) => one.user_id))
  const outside = now.state.friends.filter((one) => !inside.has(one.user_id))

  async function invite(): Promise<void> {
    const params = { room_id: room.room_id }
    await client.call(inviteMembers, { params, body: { member_ids: [...chosen] } })
    onClose()
  }

  return (
    <Dialog title={texts.invite} onClose={onClose}>
      <FriendChoice
        friends={outside}
        nobody={texts.everybodyIsIn}
        chosen={chosen}
        onChange={(some) => setChosen(some.slice(0, INVITED_MAX))}
      />
      <Failure text={failure} />
      <div class="actions">
        <button type="button" onClick={onClose}>
          {texts.cancel}
        </button>
        <button
          type="button"
          class="primary"
          disabled={isBusy || chosen.length === 0}
          onClick={() => void run(invite)}
        >
          {texts.inviteThese}
        </button>
      </div>
    </Dialog>
  )
}
