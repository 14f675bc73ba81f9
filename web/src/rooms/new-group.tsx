// A new group: its name, and who of my friends is in it.
import { createRoom, ROOM_NAME_LENGTH_MAX } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { Field, valueOf } from '../parts/field.tsx'
import { hashOf } from '../place.ts'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { goTo } from '../use-place.ts'
import { FriendChoice } from './friend-choice.tsx'

export function NewGroup({ onClose }: { readonly onClose: () => void }) {
  const { texts } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [chosen, setChosen] = useState<readonly number[]>([])
  /** The same for every try: one group is made. */
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const { friends } = now.state

  async function create(name: string): Promise<void> {
    const room = await client.call(createRoom, {
      body: { room_type: 'group', member_ids: [...chosen], ...(name && { name }) },
      idempotencyKey,
    })
    onClose()
    goTo(hashOf('rooms', room.room_id))
  }

  return (
    <Dialog title={texts.newGroup} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const name = valueOf(event.currentTarget, 'name')
          void run(() => create(name))
        }}
      >
        <Field label={texts.groupName} name="name" maxlength={ROOM_NAME_LENGTH_MAX} />
        <FriendChoice
          friends={friends}
          nobody={texts.noFriendsForGroup}
          chosen={chosen}
          onChange={setChosen}
        />
        <Failure text={failure} />
        <div class="actions">
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="primary" disabled={isBusy || chosen.length === 0}>
            {texts.createGroup}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
