// In place of the line to write on: I block whom I would write to, and can end that.
import { unblockUser } from '@sosik/contract/friend'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface BarredProps {
  readonly person: { readonly user_id: number; readonly display_name: string }
}

export function Barred({ person: { user_id, display_name } }: BarredProps) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { isBusy, failure, run } = useAction()
  return (
    <div class="barred">
      <p>{texts.youBlock(display_name)}</p>
      <button
        type="button"
        disabled={isBusy}
        onClick={() => void run(() => client.call(unblockUser, { params: { user_id } }))}
      >
        {texts.unblock}
      </button>
      <Failure text={failure} />
    </div>
  )
}
