// Rooms that a guest leaves and comes back to: what is said meanwhile is not for them.
import type { Random } from '../random.ts'
import type { CommandResult } from '../records/lines.ts'
import { type Command, sending } from './command.ts'
import type { Person, Room, World } from './world.ts'

type Step = (id: string, room: Room, owner: Person, guest: Person) => Command

const remove: Step = (id, { roomId }, person, { userId: guestId }) => {
  const path = `/rooms/${roomId}/members/${guestId}`
  const asking = { method: 'DELETE', path, token: person.token }
  return { id, kind: 'leave', person, roomId, guestId, asking, doneWhen: ['not_found'] }
}

const invite: Step = (id, { roomId }, person, { userId: guestId }) => {
  const path = `/rooms/${roomId}/members`
  const asking = { method: 'POST', path, token: person.token, body: { member_ids: [guestId] } }
  return { id, kind: 'join', person, roomId, guestId, asking }
}

const say: Step = (id, room, person) => {
  const asking = sending(person, room, id, `${id} 누가 있나`)
  return { id, kind: 'message', person, roomId: room.roomId, asking }
}

const sayHidden: Step = (id, room, owner, guest) => ({
  ...say(id, room, owner, guest),
  hiddenFromId: guest.userId,
})

const STEPS = [remove, sayHidden, invite, say]

/** A room's steps come one after another: the next when the outcome of the last is known. */
export function guests({ visited }: World, random: Random): (id: string) => Command | undefined {
  const stepOf = new Map<Room, number>()
  const busy = new Set<Room>()
  return (id) => {
    const room = random.pick(visited)
    const [owner] = room.members
    const guest = room.members.at(-1)
    if (owner === undefined || guest === undefined || busy.has(room)) return undefined
    const at = stepOf.get(room) ?? 0
    const step = STEPS[at % STEPS.length] ?? say
    busy.add(room)
    const settled = (result: CommandResult | undefined) => {
      // After a step that was refused nobody knows who is there: the room is left alone.
      if (result === undefined) return
      stepOf.set(room, at + 1)
      busy.delete(room)
    }
    return { ...step(id, room, owner, guest), settled }
  }
}
