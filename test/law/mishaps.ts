// What becomes of events, bells, streams and gateways in a round.
import { beginAnew, type Cast, pick, show } from './cast.ts'
import { settle } from './settle.ts'
import type { MISHAPS, Step } from './steps.ts'
import type { World } from './world.ts'

type Name = (typeof MISHAPS)[number]
type Mishap = (world: World, cast: Cast, step: Step) => Promise<void> | void

/** Answers what differs, where that is looked at. */
export async function mishap(name: Name, world: World, cast: Cast, step: Step): Promise<string[]> {
  if (name === 'settle') return settle(world, cast)
  await HAPPEN[name](world, cast, step)
  await world.pause()
  return []
}

const HAPPEN: Readonly<Record<Exclude<Name, 'settle'>, Mishap>> = {
  hear: (world, _cast, { at }) => world.hear(at),
  bell: (world, _cast, { at }) => world.bell(at),
  disconnect(world, { actors }, { by }) {
    const actor = pick(actors, by)
    if (actor) world.disconnect(actor.userId)
  },
  kill: (world, _cast, { at }) => world.kill(at),
  pass: (world) => world.pass(),
  anew(_world, cast, { by }) {
    const actor = pick(cast.actors, by)
    if (actor) beginAnew(cast, actor)
  },
  show(_world, cast, { by, at }) {
    const [actor, roomId] = [pick(cast.actors, by), pick(cast.rooms, at)]
    if (actor && roomId !== undefined) show(cast, actor, roomId)
  },
  // As if all had been away for longer than the lines of one are kept, and nobody had spoken.
  async forget(world, { actors }, { by }) {
    const actor = pick(actors, by)
    if (actor === undefined) return
    await world.database.query(
      `delete from user_events where user_id = $1
         or user_id in (select -room_id from chat_member where user_id = $1)`,
      [actor.userId],
    )
    for (const { userId } of actors) world.disconnect(userId)
  },
  expire: (world) => world.expire(),
}
