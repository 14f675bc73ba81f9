// Whom I block, out of sight until it is asked for, and the way back.
import { unblockUser } from '@sosik/contract/friend'
import { Avatar } from '../parts/avatar.tsx'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export function Blocks() {
  const { texts } = useSpeech()
  const { client, now } = useMessenger()
  const { isBusy, failure, run } = useAction()
  const { blocks } = now.state
  if (blocks.length === 0) return null
  return (
    <details class="fold">
      <summary>
        {texts.blocks} {blocks.length}
      </summary>
      <ul class="rows" aria-label={texts.blocks}>
        {blocks.map(({ user_id, display_name, username }) => (
          <li key={user_id} class="row">
            <Avatar name={display_name} id={user_id} />
            <span class="text">
              <span class="name">{display_name}</span>
              <span class="said">@{username}</span>
            </span>
            <button
              type="button"
              disabled={isBusy}
              onClick={() => void run(() => client.call(unblockUser, { params: { user_id } }))}
            >
              {texts.unblock}
            </button>
          </li>
        ))}
      </ul>
      <Failure text={failure} />
    </details>
  )
}
