// How others see me: my name, and a line about how I am.
import { DISPLAY_NAME_LENGTH_MAX, STATUS_LENGTH_MAX, updateProfile } from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Field, valueOf } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import type { Account } from '../session/messenger.ts'
import { useSpeech } from '../texts/speech.tsx'

export interface ProfileProps {
  readonly onChanged: (me: Account) => void
}

export function Profile({ onChanged }: ProfileProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [isSaved, setSaved] = useState(false)

  async function save(form: HTMLFormElement): Promise<void> {
    const body = {
      display_name: valueOf(form, 'name'),
      status_message: valueOf(form, 'status'),
    }
    onChanged(await client.call(updateProfile, { body }))
    setSaved(true)
  }

  return (
    <form
      class="profile"
      onInput={() => setSaved(false)}
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        void run(() => save(form))
      }}
    >
      <Field
        label={texts.displayName}
        name="name"
        defaultValue={me.display_name}
        maxlength={DISPLAY_NAME_LENGTH_MAX}
        required
      />
      <Field
        label={texts.statusMessage}
        name="status"
        defaultValue={me.status_message}
        maxlength={STATUS_LENGTH_MAX}
      />
      <Failure text={failure} />
      <button type="submit" disabled={isBusy}>
        {texts.save}
      </button>
      <span role="status">{isSaved && texts.saved}</span>
    </form>
  )
}
