// Another name for a group, by whose it is.
import type { Room } from '@sosik/client'
import { ROOM_NAME_LENGTH_MAX, renameRoom } from '@sosik/contract/chat'
import { Failure } from '../parts/failure.tsx'
import { Field, valueOf } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export function RenameRoom({ room: { room_id, name } }: { readonly room: Room }) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const rename = (to: string) =>
    client.call(renameRoom, { params: { room_id }, body: { name: to } })
  return (
    <form
      class="beside"
      onSubmit={(event) => {
        event.preventDefault()
        const to = valueOf(event.currentTarget, 'name')
        if (to !== '' && to !== name) void run(() => rename(to))
      }}
    >
      <Field
        label={texts.groupName}
        name="name"
        defaultValue={name}
        maxlength={ROOM_NAME_LENGTH_MAX}
        required
      />
      <button type="submit" disabled={isBusy}>
        {texts.rename}
      </button>
      <Failure text={failure} />
    </form>
  )
}
