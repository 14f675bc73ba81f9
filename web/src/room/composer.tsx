// Where a person writes: a text or a file, or what a message says from now on.
import type { Message } from '@sosik/client'
import { CONTENT_LENGTH_MAX, editMessage, typeInRoom } from '@sosik/contract/chat'
import { FILE_BYTES_MAX, IMAGE_TYPES } from '@sosik/contract/files'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { useAction } from '../session/action.ts'
import { attachmentOf, refusalOf } from '../session/attachment.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { Attach } from './attach.tsx'

export interface ComposerProps {
  readonly roomId: number
  /** A message that is said anew. */
  readonly edited: Message | undefined
  readonly onDone: () => void
}

/** The server tells no more often than that. */
const TYPING_MS_MIN = 3_000

export function Composer({ roomId, edited, onDone }: ComposerProps) {
  const { texts } = useSpeech()
  const { failure, submit } = useSubmit(roomId, edited, onDone)
  const { refusal, forget, attach } = useAttach(roomId)
  const tellTyping = useTyping(roomId)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => box.current?.focus({ preventScroll: true }), [])

  function send(): void {
    const { current } = box
    const content = current?.value.trim() ?? ''
    if (current === null || content === '') return
    if (edited === undefined) {
      current.value = ''
      forget()
    }
    submit(content)
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {edited === undefined ? (
        <>
          <Attach icon="image" label={texts.sendImage} types={IMAGE_TYPES} onChosen={attach} />
          <Attach icon="file" label={texts.sendFile} onChosen={attach} />
        </>
      ) : (
        <p class="editing">
          {texts.editing}
          <button type="button" class="plain" onClick={onDone}>
            {texts.cancel}
          </button>
        </p>
      )}
      <textarea
        ref={box}
        rows={1}
        aria-label={texts.message}
        placeholder={texts.message}
        maxlength={CONTENT_LENGTH_MAX}
        defaultValue={edited?.content ?? ''}
        onInput={tellTyping}
        onKeyDown={(event) => {
          // While Korean is being composed, Enter ends the syllable and not the message.
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault()
            send()
          }
          if (event.key === 'Escape' && edited !== undefined) onDone()
        }}
      />
      <button type="submit" class="primary round" aria-label={texts.send} title={texts.send}>
        <Icon name="send" />
      </button>
      <Failure text={failure || refusal} />
    </form>
  )
}

function useSubmit(roomId: number, edited: Message | undefined, onDone: () => void) {
  const { client, say } = useMessenger()
  const { failure, run } = useAction()

  async function edit(messageId: string, content: string): Promise<void> {
    const params = { room_id: roomId, message_id: messageId }
    if (content !== edited?.content) await client.call(editMessage, { params, body: { content } })
    onDone()
  }

  return {
    failure,
    submit(content: string) {
      if (edited === undefined) say(roomId, content)
      else void run(() => edit(edited.message_id, content))
    },
  }
}

/** Says files at once, but for those that the server would refuse. */
function useAttach(roomId: number) {
  const { texts, size } = useSpeech()
  const { say } = useMessenger()
  const [refused, setRefused] = useState<readonly File[]>([])
  return {
    refusal: refused
      .map((file) =>
        refusalOf(file) === 'empty'
          ? texts.fileEmpty(file.name)
          : texts.fileTooLarge(file.name, size(FILE_BYTES_MAX)),
      )
      .join(' '),
    forget: () => setRefused([]),
    attach(files: readonly File[]) {
      setRefused(files.filter((file) => refusalOf(file) !== undefined))
      for (const file of files) {
        if (refusalOf(file) === undefined) say(roomId, '', attachmentOf(file))
      }
    },
  }
}

/** Tells the others, now and then. That they do not learn it is no harm. */
function useTyping(roomId: number): () => void {
  const { client } = useMessenger()
  const toldAtMs = useRef(0)
  return () => {
    if (Date.now() - toldAtMs.current < TYPING_MS_MIN) return
    toldAtMs.current = Date.now()
    client.call(typeInRoom, { params: { room_id: roomId } }).catch(() => {})
  }
}
