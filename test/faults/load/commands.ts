// Which command comes next: mostly messages and reads, and some of everything else. Pure, by seed.
import { type Random, zipf } from '../random.ts'
import { changes } from './changes.ts'
import { type Command, sending } from './command.ts'
import { guests } from './guests.ts'
import { friendships, profiles } from './people.ts'
import type { Person, Room, World } from './world.ts'

/**
 * What is no share of these is a message: rooms are looked at more often than written in, and half
 * of the looks find nothing new. A new profile is told to whoever shares a room or a list
 * with the person, which is half of the people here: more of them, and most of the load are those.
 */
const SHARES = {
  read: 0.65,
  profile: 0.01,
  friend: 0.05,
  edit: 0.03,
  delete: 0.01,
  guest: 0.02,
  refused: 0.01,
} as const
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
  const { edit, remove, said } = changes(random)
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
        if (content === '') said(to, person, result)
      },
    }
  }

  /** People look into any room of theirs, whether there is something new or not. */
  function read(id: string): Command | undefined {
    const to = random.pick(world.rooms)
    const seq = lastSeq.get(to.roomId) ?? 0
    if (seq === 0) return undefined
    const person = to.members[1] ?? speaker(to)
    const path = `/rooms/${to.roomId}/read`
    const asking = { method: 'POST', path, token: person.token, body: { seq } }
    return { id, kind: 'read', person, roomId: to.roomId, asking }
  }

  const draw: Record<keyof typeof SHARES, (id: string) => Command | undefined> = {
    read,
    profile: profiles(world, random),
    friend: friendships(world, random),
    edit,
    delete: remove,
    guest: guests(world, random),
    refused: (id) => refused(world, random, id),
  }

  return {
    message,
    next() {
      let drawn = random.next()
      for (const [name, share] of Object.entries(SHARES)) {
        drawn -= share
        if (drawn < 0) return draw[name as keyof typeof SHARES](newId()) ?? message(room(), '')
      }
      return message(room(), '')
    },
  }
}

/** From somebody who is not in the room: nothing of it may ever be seen. */
function refused(world: World, random: Random, id: string): Command {
  const to = random.pick(world.rooms)
  const person = random.pick(world.people.filter((one) => !to.members.includes(one)))
  const asking = sending(person, to, id, `${id} refused`)
  return { id, kind: 'message', person, roomId: to.roomId, asking, isRefusable: true }
}
