// One message: who said it, what, when, and how many have not read it.
import type { Message, Room } from '@sosik/client'
import { fileIdOf } from '@sosik/contract/files'
import { Avatar } from '../parts/avatar.tsx'
import { nameOf, unreadBy } from '../rooms/room-view.ts'
import { useMessenger } from '../session/messenger-context.tsx'
import { useSpeech } from '../texts/speech.tsx'
import { FileLink } from './file-link.tsx'
import { MessageOptions } from './message-options.tsx'
import type { Row } from './rows.ts'

export interface MessageRowProps extends Omit<Row, 'beginsDay'> {
  readonly room: Room
  /** It was looked for. */
  readonly isWanted: boolean
  readonly onEdit: (message: Message) => void
}

export function MessageRow(props: MessageRowProps) {
  const { room, message, beginsRun, endsMinute, isWanted, onEdit } = props
  const { texts, time } = useSpeech()
  const { me } = useMessenger()
  const isMine = message.user_id === me.user_id
  const isDeleted = message.deleted_at !== undefined
  const name = nameOf(room, message.user_id, texts)
  const mayDelete = !isDeleted && (isMine || room.owner_id === me.user_id)
  const unread = isMine && !isDeleted ? unreadBy(room, message) : 0
  return (
    <article
      class={['message', isMine && 'mine', beginsRun && 'first', isWanted && 'wanted']
        .filter(Boolean)
        .join(' ')}
      aria-label={name}
    >
      {!isMine && beginsRun && <Avatar name={name} id={message.user_id} />}
      <div class="spoken">
        {!isMine && beginsRun && <span class="name">{name}</span>}
        <div class="line-of">
          <div class={isDeleted ? 'bubble is-deleted' : 'bubble'}>
            <Content message={message} name={name} />
          </div>
          <span class="facts">
            {unread > 0 && (
              <span class="unread" role="img" aria-label={texts.unreadBy(unread)}>
                {unread}
              </span>
            )}
            {message.edited_at !== undefined && !isDeleted && <span>{texts.edited}</span>}
            {endsMinute && <time dateTime={message.created_at}>{time(message.created_at)}</time>}
          </span>
          {mayDelete && (
            <MessageOptions message={message} mayEdit={isMine} onEdit={() => onEdit(message)} />
          )}
        </div>
      </div>
    </article>
  )
}

interface ContentProps {
  readonly message: Message
  readonly name: string
}

/** Only what lies here is shown or saved: an address elsewhere would learn who reads it. */
function Content({ message, name }: ContentProps) {
  const { texts } = useSpeech()
  const { content, message_type, deleted_at } = message
  if (deleted_at !== undefined) return <>{texts.deleted}</>
  if (message_type === 'text') return <>{content}</>
  const fileId = fileIdOf(content)
  if (fileId !== undefined && message_type === 'file') {
    return <FileLink address={content} fileId={fileId} />
  }
  return (
    <a href={content} target="_blank" rel="noreferrer">
      {fileId === undefined ? texts[message_type] : <img src={content} alt={texts.imageBy(name)} />}
    </a>
  )
}
