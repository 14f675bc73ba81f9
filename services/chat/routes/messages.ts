// Messages as they are sent and listed; membership is asked in the statement that does the work.
import { listMessages, MESSAGES_LIMIT, MessageSent, sendMessage } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { sqlState, type Transaction } from 'sosik/postgres'
import { pageOf } from '../../page.ts'
import { type Answering, answering } from '../../service.ts'
import { carriedFile, sayingOf } from '../chat.ts'
import { lockMembers } from '../store/members.ts'
import { findMessages, insertMessage, type Message, type Sending } from '../store/messages.ts'
import { inTurns, type Turn } from '../turns.ts'
import { silence } from './barriers.ts'
import { tellRead } from './markers.ts'
import { type ChatParts, found } from './parts.ts'

const UNIQUE_VIOLATION = '23505'

export function messageRoutes(parts: ChatParts): Answering[] {
  const { database, clock } = parts
  const say = inTurns<Said, Message>((turns) => sayAll(parts, turns))
  return [
    answering(sendMessage, ({ params, body, caller, correlationId }) => {
      const sending: Sending = {
        ...sayingOf(body),
        room_id: params.room_id,
        user_id: caller.userId,
        client_message_id: body.client_message_id,
        message_id: parts.newMessageId(),
        now: new Date(clock.nowMs()),
      }
      return say(params.room_id, { sending, correlationId })
    }),

    answering(listMessages, async ({ params, query, caller }) => {
      const { after_seq: afterSeq, before_seq: beforeSeq = Number.MAX_SAFE_INTEGER } = query
      const { limit = MESSAGES_LIMIT } = query
      const page = { afterSeq, beforeSeq, limit: limit + 1 }
      const rows = found(await findMessages(database, params.room_id, caller.userId, page))
      return afterSeq === undefined ? pageBackward(rows, limit) : pageForward(rows, limit)
    }),
  ]
}

const pageForward = (rows: readonly Message[], limit: number) =>
  pageOf(rows, limit, ({ seq }) => ({ after_seq: seq }))

/** Ascending as well: the one row too many is the first. */
function pageBackward(rows: readonly Message[], limit: number) {
  const { items, ...rest } = pageOf(rows.toReversed(), limit, ({ seq }) => ({ before_seq: seq }))
  return { items: items.toReversed(), ...rest }
}

interface Said {
  readonly sending: Sending
  readonly correlationId: string
}

/** In one transaction; should that fail, each in one of its own. */
async function sayAll(
  parts: ChatParts,
  turns: readonly Turn<Said, Message>[],
  isAgain = false,
): Promise<void> {
  const { database } = parts
  const together = () =>
    database.transaction(async (tx) => {
      if (turns.length > 1) await lockSenders(tx, turns)
      return inOrder(turns, ({ item }) => sendOnce(parts, tx, item))
    })
  try {
    const answers = await together()
    for (const [at, { answer }] of turns.entries()) {
      const one = answers[at]
      if (one instanceof Problem || one === undefined) answer.reject(one)
      else answer.resolve(one)
    }
  } catch (error) {
    const [first, second] = turns
    if (second !== undefined) await inOrder(turns, (turn) => sayAll(parts, [turn]))
    // The same request came twice at once and its twin was first: now its message is there.
    else if (!isAgain && sqlState(error) === UNIQUE_VIOLATION) await sayAll(parts, turns, true)
    else first?.answer.reject(error)
  }
}

/** The first of them locks the room, and the room's key in the outbox: the others come before. */
async function lockSenders(tx: Transaction, turns: readonly Turn<Said, Message>[]): Promise<void> {
  const roomId = turns[0]?.item.sending.room_id ?? 0
  const senders = turns.map(({ item }) => item.sending.user_id)
  await lockMembers(tx, roomId, senders)
}

async function inOrder<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const item of items) answers.push(await work(item))
  return answers
}

/** A refusal is answered where it has written nothing: those beside it go on. */
async function sendOnce(
  parts: ChatParts,
  tx: Transaction,
  { sending, correlationId }: Said,
): Promise<Message | Problem> {
  const sent = await insertMessage(tx, sending)
  if (sent === undefined) return silence(parts, tx, sending.room_id, sending.user_id)
  const { message, username, readSeq, first, same } = sent
  if (!same) return new Problem('message_conflict')
  if (!first) return message
  await tieFile(parts, tx, message)
  const { seq, room_id: roomId, user_id: userId } = message
  const passing = { roomId, userId, readSeq, lastSeq: seq, seq: seq - 1, now: sending.now }
  await tellRead(parts, tx, passing, correlationId)
  await parts.announce(tx, [MessageSent.of({ ...message, username })], correlationId)
  return message
}

/** Throws what must undo the message: it names a file that cannot be sent. */
async function tieFile({ files }: ChatParts, tx: Transaction, message: Message): Promise<void> {
  const { message_id: messageId, room_id: roomId, seq } = message
  const file = carriedFile(message, message.user_id)
  if (file !== undefined && !(await files.tie(tx, file, { messageId, roomId, seq }))) {
    throw new Problem('file_unusable')
  }
}
