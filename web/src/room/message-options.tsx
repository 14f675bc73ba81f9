// What can be done with a message: said anew, or deleted.
import type { Message } from '@sosik/client'
import { deleteMessage } from '@sosik/contract/chat'
import { useRef, useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { Question } from '../parts/question.tsx'
import { useAction } from '../session/action.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'

export interface MessageOptionsProps {
  readonly message: Message
  readonly mayEdit: boolean
  readonly onEdit: () => void
}

export function MessageOptions({ message, mayEdit, onEdit }: MessageOptionsProps) {
  const { texts } = useSpeech()
  const { client } = useMessenger()
  const { failure, run } = useAction()
  const [isAsked, setAsked] = useState(false)
  const menu = useRef<HTMLDetailsElement>(null)
  const { room_id, message_id, message_type } = message

  function choose(what: () => void): void {
    if (menu.current !== null) menu.current.open = false
    what()
  }

  async function remove(): Promise<void> {
    setAsked(false)
    await client.call(deleteMessage, { params: { room_id, message_id } })
  }

  return (
    <>
      <details
        ref={menu}
        class="options"
        onFocusOut={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget as Node | null)) currentTarget.open = false
        }}
      >
        <summary aria-label={texts.options}>
          <Icon name="options" />
        </summary>
        <div class="menu">
          {mayEdit && message_type === 'text' && (
            <button type="button" class="plain" onClick={() => choose(onEdit)}>
              {texts.edit}
            </button>
          )}
          <button type="button" class="plain" onClick={() => choose(() => setAsked(true))}>
            {texts.remove}
          </button>
        </div>
      </details>
      <Failure text={failure} />
      {isAsked && (
        <Question
          title={texts.remove}
          text={texts.removeSure}
          onYes={() => void run(remove)}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  )
}
