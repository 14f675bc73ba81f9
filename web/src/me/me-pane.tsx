// Myself: how others see me, the page's language, and the way out.
import {
  DISPLAY_NAME_LENGTH_MAX,
  setPresence,
  signOut,
  STATUS_LENGTH_MAX,
  updateProfile,
} from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { Field, valueOf } from '../parts/field.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import type { Account } from '../session/messenger.ts'
import { LanguageChoice } from '../texts/language-choice.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface MePaneProps {
  readonly onChanged: (me: Account) => void
  readonly onEnd: () => void
}

export function MePane({ onChanged, onEnd }: MePaneProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()

  async function hide(hidden: boolean): Promise<void> {
    const answer = await client.call(setPresence, { body: { hidden } })
    onChanged({ ...me, presence_hidden: answer.hidden })
  }

  async function leave(): Promise<void> {
    await client.call(signOut, {})
    onEnd()
  }

  return (
    <>
      <header class="bar">
        <h1>{texts.me}</h1>
      </header>
      <p class="row">
        <Avatar name={me.display_name} id={me.user_id} />
        <span class="text">
          <span class="name">{me.display_name}</span>
          <span class="said">@{me.username}</span>
        </span>
      </p>
      <Profile onChanged={onChanged} />
      <label class="choice">
        <input
          type="checkbox"
          checked={me.presence_hidden}
          onChange={({ currentTarget }) => void run(() => hide(currentTarget.checked))}
        />
        {texts.hidden}
      </label>
      <LanguageChoice />
      <Failure text={failure} />
      <button type="button" class="way-out" disabled={isBusy} onClick={() => void run(leave)}>
        {texts.signOut}
      </button>
    </>
  )
}

function Profile({ onChanged }: Pick<MePaneProps, 'onChanged'>) {
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
