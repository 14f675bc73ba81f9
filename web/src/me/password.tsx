// Another password, by who knows the one before.
import { changePassword, PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Field, typedIn } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface PasswordProps {
  /** All other sessions are over. */
  readonly onChanged: () => void
}

export function Password({ onChanged }: PasswordProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const [isChanged, setChanged] = useState(false)

  async function change(form: HTMLFormElement): Promise<void> {
    const body = { password: typedIn(form, 'before'), new_password: typedIn(form, 'after') }
    await client.call(changePassword, { body })
    form.reset()
    setChanged(true)
    onChanged()
  }

  return (
    <details class="fold">
      <summary>{texts.changePassword}</summary>
      <form
        class="profile"
        onInput={() => setChanged(false)}
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          void run(() => change(form))
        }}
      >
        {/* What keeps passwords learns whose this one is. */}
        <input type="text" hidden readOnly autocomplete="username" defaultValue={me.username} />
        <Field
          label={texts.passwordBefore}
          name="before"
          type="password"
          autocomplete="current-password"
          maxlength={PASSWORD_LENGTH_MAX}
          required
        />
        <Field
          label={texts.passwordAfter}
          hint={texts.passwordRule}
          name="after"
          type="password"
          autocomplete="new-password"
          minlength={PASSWORD_LENGTH_MIN}
          maxlength={PASSWORD_LENGTH_MAX}
          required
        />
        <small>{texts.passwordEndsOthers}</small>
        <Failure text={failure} />
        <button type="submit" disabled={isBusy}>
          {texts.changePassword}
        </button>
        <span role="status">{isChanged && texts.saved}</span>
      </form>
    </details>
  )
}
