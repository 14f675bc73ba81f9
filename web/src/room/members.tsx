// Who is in a room; the owner of a group can take somebody out of it.
import type { Room } from '@sosik/client'
import { removeMember } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { PersonOptions } from '../friends/person-options.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { Question } from '../parts/question.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface MembersProps {
  readonly room: Room
}

export function Members({ room }: MembersProps) {
  const { texts } = useSpeech()
  const { client, me, now } = useMessenger()
  const { failure, run } = useAction()
  const [removed, setRemoved] = useState<Room['members'][number]>()
  const isMine = room.owner_id === me.user_id

  async function remove(user_id: number): Promise<void> {
    setRemoved(undefined)
    await client.call(removeMember, { params: { room_id: room.room_id, user_id } })
  }

  return (
    <>
      <ul class="rows members" aria-label={texts.groupMembers}>
        {room.members.map((member) => (
          <li key={member.user_id} class="row">
            <Avatar
              name={member.display_name}
              id={member.user_id}
              isOnline={now.state.presence.get(member.user_id)?.is_online === true}
            />
            <span class="text">
              <span class="name">{member.display_name}</span>
              <span class="said">@{member.username}</span>
            </span>
            <span class="side">
              {member.user_id === me.user_id && <span>{texts.itIsYou}</span>}
              {member.user_id === room.owner_id && <span>{texts.owner}</span>}
            </span>
            <PersonOptions
              person={member}
              {...(isMine && { onRemove: () => setRemoved(member) })}
            />
          </li>
        ))}
      </ul>
      <Failure text={failure} />
      {removed && (
        <Question
          title={texts.takeOut}
          text={texts.takeOutSure(removed.display_name)}
          onYes={() => void run(() => remove(removed.user_id))}
          onClose={() => setRemoved(undefined)}
        />
      )}
    </>
  )
}
