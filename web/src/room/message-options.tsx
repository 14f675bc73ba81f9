// What can be done with a message: said anew, or deleted.
import type { Message } from '@sosik/client'
import { deleteMessage } from '@sosik/contract/chat'
import { useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Menu } from '../parts/menu.tsx'
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
  const { room_id, message_id, message_type } = message

  async function remove(): Promise<void> {
    setAsked(false)
    await client.call(deleteMessage, { params: { room_id, message_id } })
  }

  return (
    <>
      <Menu
        label={texts.options}
        choices={[
          mayEdit && message_type === 'text' && { label: texts.edit, onChoose: onEdit },
          { label: texts.remove, onChoose: () => setAsked(true) },
        ]}
      />
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
