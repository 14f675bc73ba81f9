// Whoever is here: nobody yet, somebody who signs in, or a person with their messenger.
import { createClient, ProblemAnswer } from '@sosik/client'
import { readMe } from '@sosik/contract/user'
import { useEffect, useState } from 'preact/hooks'
import { SignIn } from './session/sign-in.tsx'
import type { Account } from './session/messenger.ts'
import { Shell } from './shell.tsx'
import { useSpeech } from './texts/speech.tsx'

/** The page's own origin; the browser brings the session's cookie along. */
const client = createClient({ baseUrl: '' })
const ASK_AGAIN_MS = 2_000

export function App() {
  const { texts } = useSpeech()
  /** `null`: nobody is signed in; undefined: not known yet. */
  const [me, setMe] = useState<Account | null>()
  /** The session was ended from elsewhere. */
  const [isEnded, setEnded] = useState(false)
  useEffect(() => {
    if (me !== undefined) return
    return askUntilKnown(setMe)
  }, [me])
  if (me === undefined) return <p class="waiting">{texts.loading}</p>
  if (me === null) return <SignIn client={client} isEnded={isEnded} onSignedIn={setMe} />

  function leave(isFromElsewhere: boolean): void {
    setEnded(isFromElsewhere)
    setMe(null)
  }

  return <Shell key={me.user_id} client={client} me={me} onChanged={setMe} onEnd={leave} />
}

/** Asks again while the server is away; answers what stops it. */
function askUntilKnown(tell: (me: Account | null) => void): () => void {
  let timer: number | undefined
  const ask = () =>
    client.call(readMe, {}).then(tell, (error: unknown) => {
      if (error instanceof ProblemAnswer && error.status < 500) return tell(null)
      timer = window.setTimeout(() => void ask(), ASK_AGAIN_MS)
    })
  void ask()
  return () => clearTimeout(timer)
}
