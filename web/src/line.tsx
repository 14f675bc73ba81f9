// How the line to the server is: nothing while it is well, a sentence while it is away.
import { useMessenger } from './session/messenger-context.tsx'
import { useSpeech } from './texts/speech.tsx'

export function Line() {
  const { texts } = useSpeech()
  const { isConnected, end } = useMessenger().now
  const isAway = !isConnected && end === undefined
  return (
    <div class="line" role="status">
      {isAway && <p>{texts.away}</p>}
      {end === 'displaced' && (
        <p>
          {texts.displaced}{' '}
          <button type="button" onClick={() => location.reload()}>
            {texts.reload}
          </button>
        </p>
      )}
    </div>
  )
}
