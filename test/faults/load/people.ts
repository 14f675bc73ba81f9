// What people do beside talking: new profiles, and friendships asked for and taken back.
import type { Random } from '../random.ts'
import type { Command } from './command.ts'
import type { Person, World } from './world.ts'

/** One at a time a person, so that asking again never overwrites what came later. */
export function profiles(world: World, random: Random): (id: string) => Command | undefined {
  const busy = new Set<Person>()
  return (id) => {
    const person = random.pick(world.people)
    if (busy.has(person)) return undefined
    busy.add(person)
    const body = { status_message: id }
    const asking = { method: 'PATCH', path: '/me', token: person.token, body }
    return { id, kind: 'profile', person, asking, settled: () => void busy.delete(person) }
  }
}

/** Each pair asks and takes back, again and again; one command of a pair at a time. */
export function friendships(world: World, random: Random): (id: string) => Command | undefined {
  const open = new Map<string, number>()
  const busy = new Set<string>()
  const pairs = world.people.flatMap((one, at) =>
    world.people
      .slice(at + 1)
      .map((other) => ({ one, other, name: `${one.userId}/${other.userId}` })),
  )
  return (id) => {
    const { one, other, name } = random.pick(pairs)
    if (busy.has(name)) return undefined
    const friendshipId = open.get(name)
    busy.add(name)
    const cancel = friendshipId !== undefined
    const path = cancel ? `/friend-requests/${friendshipId}/cancel` : '/friend-requests'
    return {
      id,
      kind: 'friend',
      person: one,
      asking: {
        method: 'POST',
        path,
        token: one.token,
        ...(!cancel && { body: { addressee_id: other.userId } }),
      },
      doneWhen: [cancel ? 'request_closed' : 'request_open'],
      settled(result) {
        // Without its number a request cannot be taken back: the pair is left alone then.
        if (cancel) open.delete(name)
        else if (result?.friendship_id === undefined) return
        else open.set(name, Number(result.friendship_id))
        busy.delete(name)
      },
    }
  }
}
