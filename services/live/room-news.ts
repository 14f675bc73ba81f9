// What a large room's line tells, as each of its readers is told it: one text for many. Pure.
import { type News, type NumberedNews, roomText } from './live.ts'

/** Somebody in a room, who reads what follows `joinedSeq`. */
export interface RoomReader {
  readonly userId: number
  readonly joinedSeq: number
  /** Not alerted of what is said. */
  readonly muted: boolean
}

/** As a person is told it; hidden from who is not in the room, or came after the message. */
export type ToldTo = (userId: number, reader: RoomReader | undefined) => NumberedNews

/** That a person came into a large room, or out of any; nothing for other news. */
export type RoomChange = readonly [what: 'entered' | 'left', roomId: number]

/** Reads it from the news of a person's own line. */
export function roomChangeOf({ type, data }: News): RoomChange | undefined {
  if (!ENTERING.has(type) && type !== LEFT) return undefined
  const { room_id, is_large } = data as { readonly room_id: number; readonly is_large?: boolean }
  if (type === LEFT) return ['left', room_id]
  return is_large === true || type === ENLARGED ? ['entered', room_id] : undefined
}

const LEFT = 'room_left'
const ENLARGED = 'room_enlarged'
const ENTERING = new Set(['room_created', 'room_joined', ENLARGED])
const MESSAGE = 'message'
const OWN_MESSAGE = 'own_message'

export function roomNews(roomId: number, news: NumberedNews): ToldTo {
  const { data, userSeq } = news
  const { seq, user_id } = data as { readonly seq?: number; readonly user_id?: number }
  const hidden: NumberedNews = { ...news, isHidden: true }
  const known = new Map<string, NumberedNews>()

  function written(type: string, title: string): NumberedNews {
    const key = `${type} ${title}`
    const before = known.get(key)
    if (before !== undefined) return before
    const told = { type, title, data, userSeq, text: roomText(roomId, { type, title, data }) }
    known.set(key, told)
    return told
  }

  return (userId, reader) => {
    if (reader === undefined || (seq !== undefined && seq <= reader.joinedSeq)) return hidden
    if (news.type !== MESSAGE) return written(news.type, news.title)
    if (user_id === userId) return written(OWN_MESSAGE, '')
    return written(MESSAGE, reader.muted ? '' : news.title)
  }
}
