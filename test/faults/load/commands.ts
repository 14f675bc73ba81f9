// Which command comes next: mostly messages, some reads, profiles and friendships. Pure, by seed.
import type { CommandKind, CommandResult } from '../records/lines.ts'
import { type Random, zipf } from '../random.ts'
import type { Asking } from './http.ts'
import type { Person, Room, World } from './world.ts'

export interface Command {
  readonly id: string
  readonly kind: CommandKind
  readonly person: Person
  readonly roomId?: number
  readonly asking: Asking
  /** Refusals that tell a retry that the first try had come through. */
  readonly doneWhen?: readonly string[]
  /** Made to be refused. */
  readonly isRefusable?: boolean
  /** Called when the outcome is known. */
  readonly settled?: (result: CommandResult | undefined) => void
}

const READ_SHARE = 0.4
const PROFILE_SHARE = 0.05
const FRIEND_SHARE = 0.05
const REFUSED_SHARE = 0.01
const HOT_SHARE = 0.2
/** Who answers another marks their messages as read: the more speakers, the more events. */
const FIRST_SPEAKER_SHARE = 0.9
const ZIPF_EXPONENT = 1.1
const WORDS = '오늘 저녁 어때? 강남역 2번 출구에서 보자'

export interface Commands {
  next(): Command
  message(room: Room, content: string, person?: Person): Command
}

export function commandsOf(world: World, random: Random): Commands {
  const drawRoom = zipf(world.rooms.length, ZIPF_EXPONENT, random)
  const lastSeq = new Map<number, number>()
  const friendship = friendships(world, random)
  const profile = profiles(world, random)
  let count = 0
  const newId = () => `c${(count += 1)}`

  const room = () =>
    random.next() < HOT_SHARE ? world.hot : (world.rooms[drawRoom()] ?? world.hot)

  function speaker({ members: [first, ...others] }: Room): Person {
    if (first === undefined) throw new Error('A room has members.')
    return random.next() < FIRST_SPEAKER_SHARE ? first : random.pick(others)
  }

  function message(to: Room, content: string, person: Person = speaker(to)): Command {
    const id = newId()
    return {
      id,
      kind: 'message',
      person,
      roomId: to.roomId,
      asking: sending(person, to, id, content === '' ? `${id} ${WORDS}` : content),
      settled(result) {
        const before = lastSeq.get(to.roomId) ?? 0
        lastSeq.set(to.roomId, Math.max(before, Number(result?.seq ?? 0)))
      },
    }
  }

  /** People look into any room of theirs, whether there is something new or not. */
  function read(): Command {
    const to = random.pick(world.rooms)
    const seq = lastSeq.get(to.roomId) ?? 0
    if (seq === 0) return message(to, '')
    const person = to.members[1] ?? speaker(to)
    const path = `/rooms/${to.roomId}/read`
    const asking = { method: 'POST', path, token: person.token, body: { seq } }
    return { id: newId(), kind: 'read', person, roomId: to.roomId, asking }
  }

  return {
    message,
    next() {
      const drawn = random.next()
      if (drawn < READ_SHARE) return read()
      if (drawn > 1 - REFUSED_SHARE) return refused(world, random, newId())
      const isProfile = drawn < READ_SHARE + PROFILE_SHARE
      const isFriend = !isProfile && drawn < READ_SHARE + PROFILE_SHARE + FRIEND_SHARE
      const own = isProfile ? profile(newId()) : isFriend ? friendship(newId()) : undefined
      return own ?? message(room(), '')
    },
  }
}

function sending(person: Person, to: Room, client_message_id: string, content: string): Asking {
  const path = `/rooms/${to.roomId}/messages`
  return { method: 'POST', path, token: person.token, body: { client_message_id, content } }
}

/** From somebody who is not in the room: nothing of it may ever be seen. */
function refused(world: World, random: Random, id: string): Command {
  const to = random.pick(world.rooms)
  const person = random.pick(world.people.filter((one) => !to.members.includes(one)))
  const asking = sending(person, to, id, `${id} refused`)
  return { id, kind: 'message', person, roomId: to.roomId, asking, isRefusable: true }
}

/** One at a time a person, so that asking again never overwrites what came later. */
function profiles(world: World, random: Random): (id: string) => Command | undefined {
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
function friendships(world: World, random: Random): (id: string) => Command | undefined {
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
