// The end of a round: everybody comes to know all they were told, and then nothing may differ.
import { inspect } from 'node:util'
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

/** Whose session does not know yet all that they were told. */
async function lateOf({ database }: World, { actors, opening }: Cast): Promise<string[]> {
  const rows = await database.query<{ user_id: number; user_seq: number }>(
    'select user_id, user_seq from live_head where user_id = any($1::bigint[])',
    [actors.map((one) => one.userId)],
  )
  const heads = new Map(rows.map((row) => [row.user_id, row.user_seq]))
  const late = actors.flatMap(({ userId, session }) => {
    const head = heads.get(userId) ?? 0
    const known = session.cursor?.split('.')[1]
    return Number(known) === head ? [] : [`user ${userId} knows ${known} of ${head}`]
  })
  return opening > 0 ? [...late, `${opening} rooms are being opened`] : late
}
