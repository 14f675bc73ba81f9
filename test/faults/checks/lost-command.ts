// A command that was answered with success has its row and its event in the database.
import type { CommandLine } from '../records/lines.ts'
import type { History } from '../records/history.ts'
import type { Check } from './check.ts'

type Ok = Extract<CommandLine, { is: 'ok' }>
type Invoke = Extract<CommandLine, { is: 'invoke' }>

export const lostCommand: Check = {
  name: 'lost command',
  failsWhen: 'an accepted command is without its rows or events in the database',
  run(history) {
    const invoked = new Map<string, Invoke>()
    for (const line of history.commands) if (line.is === 'invoke') invoked.set(line.command, line)
    const isKept = keptIn(history)
    const accepted = history.commands.filter((line) => line.is === 'ok')
    const violations = accepted.flatMap((line) => {
      const invoke = invoked.get(line.command)
      if (invoke === undefined) return [`${line.command} was answered and never asked`]
      return isKept(invoke, line) ? [] : [`${invoke.kind} ${line.command} was accepted and is gone`]
    })
    return { looked: accepted.length, violations }
  },
}

function keptIn({ truth }: History): (invoke: Invoke, ok: Ok) => boolean {
  const messages = new Map(truth.messages.map((row) => [row.messageId, row]))
  const subjects = new Set(truth.events.map((row) => `${row.type} ${row.subject}`))
  const markers = new Map(truth.readMarkers.map((row) => [`${row.roomId}/${row.userId}`, row.seq]))
  const friendships = new Set(truth.friendships)
  const moves = new Map<string, number>()
  for (const { type, subject } of truth.events) {
    const move = `${type} ${subject}`
    moves.set(move, (moves.get(move) ?? 0) + 1)
  }
  /** Each coming and going has an event of its own: it is not there for the next one. */
  const takeMove = (type: string, { roomId, guestId }: Invoke) => {
    const move = `${type} ${roomId}/${guestId}`
    const left = (moves.get(move) ?? 0) - 1
    moves.set(move, left)
    return left >= 0
  }
  return (invoke, { result }) => {
    switch (invoke.kind) {
      case 'message': {
        const row = messages.get(result.message_id ?? '')
        const hasEvent = subjects.has(`MessageSent ${result.message_id}`)
        return row?.clientId === invoke.command && row.seq === result.seq && hasEvent
      }
      case 'read': {
        const marker = markers.get(`${invoke.roomId}/${invoke.userId}`) ?? 0
        return marker >= Number(result.read_seq)
      }
      case 'profile':
        return subjects.has(`UserProfileUpdated ${invoke.command}`)
      case 'edit':
        return subjects.has(`MessageEdited ${invoke.command}`)
      case 'delete': {
        const row = messages.get(result.message_id ?? '')
        return row?.content === '' && subjects.has(`MessageDeleted ${result.message_id}`)
      }
      case 'join':
        return takeMove('ChatRoomMemberJoined', invoke)
      case 'leave':
        return takeMove('ChatRoomMemberLeft', invoke)
      case 'friend': {
        // Asked again after it had come through, the answer does not name it.
        if (result.friendship_id === undefined) return true
        const event = subjects.has(`FriendRequestSent ${result.friendship_id}`)
        return event && friendships.has(Number(result.friendship_id))
      }
    }
  }
}
