// Flaws that the law must find: of a reducer, of the news, of the gateway, of the snapshot.
import type { Edit } from '../faults/bite/flaws.ts'

export interface LawFlaw {
  readonly name: string
  readonly edits: readonly Edit[]
}

const flaw = (name: string, file: string, from: string, to: string): LawFlaw => ({
  name,
  edits: [{ file, from, to }],
})

export const LAW_FLAWS: readonly LawFlaw[] = [
  flaw(
    'an open room shows deleted messages as they were',
    'client/src/state/messages.ts',
    '(message) => withDeletion(message, deletion)',
    '(message) => (deletion ? message : message)',
  ),
  flaw(
    "nobody's own devices hear where the read marker is",
    'services/notification/messages.ts',
    'if (read_seq === undefined) return',
    'if (read_seq !== undefined) return',
  ),
  flaw(
    'how many were marked as read is told as how many are unread',
    'services/notification/routes.ts',
    "unread: await countUnread(tx, userId) }\n    return [{ userId, type: 'notifications_read'",
    "unread: notification_ids.length }\n    return [{ userId, type: 'notifications_read'",
  ),
  flaw(
    'who settles a request still has its notification to read',
    'client/src/state/notifications.ts',
    "{ state: 'settled', read: true }",
    "{ state: 'settled' }",
  ),
  flaw(
    'the gateway sends what the bell brings, whatever is missing before it',
    'services/live/track.ts',
    'if (isOpen && !isReading && news.userSeq === last + 1) pass(news)',
    'if (isOpen && !isReading && news.userSeq > last) pass(news)',
  ),
  flaw(
    'the cursor is read after the lists',
    'client/src/snapshot.ts',
    '  return { cursor, state }',
    '  return { ...(await client.call(readCursor, {})), state }',
  ),
  flaw(
    'nobody is told of a changed profile',
    'services/chat/on.ts',
    'findOnlookers(tx, data.user_id)',
    'findOnlookers(tx, 0)',
  ),
  flaw(
    'a newcomer comes into the room as it was told to somebody else',
    'services/notification/rooms.ts',
    'await roomsOf(tx, roomId, [userId])).get(userId)',
    'await roomsOf(tx, roomId, members)).values().next().value',
  ),
  flaw(
    'a line that was purged is resumed all the same',
    'services/live/track.ts',
    '    last = wanted\n    broken(last)\n',
    '    last = wanted\n',
  ),
  flaw(
    'a heartbeat does not look at what the bell has missed',
    'services/live/stream.ts',
    'write(HEARTBEAT_FRAME)\n      track.reach(head)',
    'write(HEARTBEAT_FRAME)',
  ),
  flaw(
    'the list of rooms shows what was deleted',
    'client/src/state/rooms.ts',
    '...(last && { last_message: withDeletion(last, deletion) })',
    '...(last && deletion && { last_message: last })',
  ),
  flaw(
    'who stays in a room does not hear who has left it',
    'services/notification/rooms.ts',
    "...toEach(others, { type: 'member_left', title: '', data }),",
    "...toEach(others.slice(0, 0), { type: 'member_left', title: '', data }),",
  ),
  flaw(
    'nobody reads a large room where its line begins for them',
    'services/live/room-tracks.ts',
    'if (from === undefined) resync(roomId, head)',
    'if (from === undefined) stand(roomId, head)',
  ),
]
