// The end of a round: everybody comes to know all they were told, and then nothing may differ.
import { inspect } from 'node:util'
import { parseCursor } from '@sosik/services/live/live.ts'
import type { Cast } from './cast.ts'
import { differencesOf } from './differences.ts'
import type { World } from './world.ts'

/** One text a list that differs, or a session that has ended or stands still. */
export async function settle(world: World, cast: Cast): Promise<string[]> {
  const deadline = Date.now() + world.settleMsMax
  for (;;) {
    const isHeard = await world.calm()
    const late = [...(isHeard ? [] : ['events are on their way']), ...(await lateOf(world, cast))]
    const faults = [...world.faults, ...cast.faults]
    if (faults.length > 0) return faults.map((fault) => inspect(fault))
    if (late.length === 0) break
    if (Date.now() > deadline) return late
    await world.look()
  }
  return (await Promise.all(cast.actors.map(differencesOf))).flat()
}

// How far each line goes of what the person may read; a large room's has more for others. What is
// not kept any more is known by whoever came since.
const HEADS = `
  select user_id, null::bigint as room_id, user_seq as seq
  from live_head where user_id = any($1::bigint[])
  union all
  select member.user_id, room.id, greatest(max(event.user_seq), coalesce(
    (select min(user_seq) - 1 from user_events where user_id = -room.id),
    (select user_seq from live_head where user_id = -room.id), 0))
  from chat_member as member
  join chat_room as room on room.id = member.room_id and room.is_large
  left join user_events as event on event.user_id = -room.id
    and (event.data->>'seq')::bigint > member.joined_seq
  where member.user_id = any($1::bigint[]) group by 1, 2`

/** Whose session does not know yet all that they were told. */
async function lateOf({ database }: World, { actors, opening }: Cast): Promise<string[]> {
  const heads = await database.query<{ user_id: number; room_id: number | null; seq: number }>(
    HEADS,
    [actors.map((one) => one.userId)],
  )
  const late = actors.flatMap(({ userId, session }) => {
    const cursor = parseCursor(session.cursor ?? '')
    return heads
      .filter((one) => one.user_id === userId)
      .map(({ room_id: roomId, seq }) => {
        const known = roomId === null ? cursor?.userSeq : cursor?.rooms?.get(roomId)
        const line = roomId === null ? 'their line' : `room ${roomId}`
        if (known !== undefined && known >= seq) return ''
        return `user ${userId} knows ${known} of ${seq} of ${line}`
      })
      .filter((text) => text !== '')
  })
  return opening > 0 ? [...late, `${opening} rooms are being opened`] : late
}
