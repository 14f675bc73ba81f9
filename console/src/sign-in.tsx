// Signing in: the operator's token, asked for once and kept nowhere.
import { openOperatorSession, readOperatorSession } from '@sosik/contract/ops'
import { useState } from 'preact/hooks'
import { type Operator, troubleText, useConsole } from './console.ts'

export function SignIn({ onEntered }: { onEntered: (operator: Operator) => void }) {
  const { client, texts } = useConsole()
  const [token, setToken] = useState('')
  const [trouble, setTrouble] = useState<string>()
  async function enter(event: Event): Promise<void> {
    event.preventDefault()
    try {
      await client.call(openOperatorSession, { body: { token: token.trim() } })
      onEntered(await client.call(readOperatorSession, {}))
    } catch (error) {
      setToken('')
      setTrouble(troubleText(error, texts))
    }
  }
  return (
    <form class="sign-in" onSubmit={(event) => void enter(event)}>
      <h2>{texts.signIn.title}</h2>
      <label>
        {texts.signIn.token}
        <input
          type="password"
          required
          autofocus
          autocomplete="off"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <p class="quiet">{texts.signIn.help}</p>
      <button type="submit" class="main">
        {texts.signIn.enter}
      </button>
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </form>
  )
}
