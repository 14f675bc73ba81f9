// Who is typing in a room, below what was said.
import type { Room } from '@sosik/client'
import { nameOf } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export function TypingLine({ room }: { readonly room: Room }) {
  const { texts } = useSpeech()
  const { me, now } = useMessenger()
  const names = now.typing
    .filter(({ roomId, userId }) => roomId === room.room_id && userId !== me.user_id)
    .map(({ userId }) => nameOf(room, userId, texts))
  return (
    <p class="typing" role="status">
      {names.length > 0 && texts.typing(names.join(', '))}
    </p>
  )
}
