// Myself: how others see me, the page's language, where I am signed in, and the way out.
import { setPresence, signOut } from '@sosik/contract/user'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import type { Account } from '../session/messenger.ts'
import { LanguageChoice } from '../texts/language-choice.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { Password } from './password.tsx'
import { Profile } from './profile.tsx'
import { Sessions } from './sessions.tsx'

export interface MePaneProps {
  readonly onChanged: (me: Account) => void
  readonly onEnd: () => void
}

export function MePane({ onChanged, onEnd }: MePaneProps) {
  const { texts } = useSpeech()
  const { client, me } = useMessenger()
  const { isBusy, failure, run } = useAction()
  /** How often the sessions have changed behind their list. */
  const [changes, setChanges] = useState(0)

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
      <Password onChanged={() => setChanges(changes + 1)} />
      <Sessions key={changes} />
      <Failure text={failure} />
      <button type="button" class="way-out" disabled={isBusy} onClick={() => void run(leave)}>
        {texts.signOut}
      </button>
    </>
  )
}
