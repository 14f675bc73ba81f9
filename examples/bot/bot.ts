// A bot that answers what is said in its rooms: each message once, however often it is started.
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, followState, isRefusal, type Message, type Session } from '@sosik/client'
import { listMessages, markRead, PAGE_LIMIT_MAX, sendMessage } from '@sosik/contract/chat'

/** What the bot says to a text; nothing lets it pass. */
export type Reply = (text: string) => string | undefined

/** Derived from the message that is answered: sent twice, it is the same answer. */
const ANSWER = 'answer/'
/** How long a server that is away is left alone. */
const RETRY_MS = 1_000

/** Answers until the session that it gives is closed; `userId` is the bot's own. */
export function startBot(client: Client, userId: number, reply: Reply): Session {
  /** Rooms where something may have no answer yet. */
  const rooms = new Set<number>()
  let isAtWork = false
  let isOver = false

  async function work(): Promise<void> {
    if (isAtWork) return
    isAtWork = true
    // What is added meanwhile is come to as well.
    for (const roomId of rooms) {
      rooms.delete(roomId)
      try {
        await answerAll(client, userId, roomId, reply)
      } catch (error) {
        // A room that the bot has left meanwhile is no fault; anything else somebody should see.
        if (!isRefusal(error) || error.code !== 'not_found') console.error(error)
        if (isRefusal(error)) continue
        await delay(RETRY_MS)
        rooms.add(roomId)
      }
      if (isOver) break
    }
    isAtWork = false
  }

  const session = followState(client, {
    onChange(state, event) {
      // A snapshot: what was said while the bot was away is in its rooms.
      if (event === undefined) for (const { room_id } of state.rooms) rooms.add(room_id)
      else if (event.type === 'message') rooms.add(Number(event.data.room_id))
      void work()
    },
  })
  const over = () => void (isOver = true)
  session.ended.then(over, over)
  return session
}

/** Answers what has no answer among the latest messages of a room, and marks them as read. */
async function answerAll(
  client: Client,
  userId: number,
  roomId: number,
  reply: Reply,
): Promise<void> {
  const params = { room_id: roomId }
  const { items } = await client.call(listMessages, { params, query: { limit: PAGE_LIMIT_MAX } })
  const given = new Set(items.map((one) => one.client_message_id))
  for (const message of items) {
    const client_message_id = `${ANSWER}${message.message_id}`
    if (message.user_id === userId || given.has(client_message_id)) continue
    const content = isAsking(message) ? reply(message.content) : undefined
    if (content === undefined) continue
    await client.call(sendMessage, { params, body: { client_message_id, content } })
  }
  const seq = items.at(-1)?.seq
  if (seq !== undefined) await client.call(markRead, { params, body: { seq } })
}

/** What a bot has answered is left alone, or two bots would never stop. */
function isAsking(message: Message): boolean {
  const { client_message_id, message_type, deleted_at } = message
  const isAnswer = client_message_id.startsWith(ANSWER)
  return message_type === 'text' && deleted_at === undefined && !isAnswer
}
