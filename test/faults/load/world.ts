// The people and rooms of a run, made over the API like anybody's.
import { type Random, shuffled } from '../random.ts'
import { type Host, must, rotation } from '../../support/http.ts'
import { type RawPerson, registerRaw } from '../../support/raw-person.ts'

export type Person = RawPerson

export interface Room {
  readonly roomId: number
  /** The first of them says most of what is said. */
  readonly members: readonly Person[]
}

export interface World {
  readonly people: readonly Person[]
  readonly rooms: readonly Room[]
  /** One room in which a fifth of everything is said. */
  readonly hot: Room
  /** Rooms of their own for what is marked to misbehave: each is one key. */
  readonly marked: readonly Room[]
  /** Rooms whose last member comes and goes. */
  readonly visited: readonly Room[]
}

const PEOPLE = 60
const DIRECT_ROOMS = 140
const GROUP_ROOMS = 60
const MARKED_ROOMS = 12
const VISITED_ROOMS = 12
const GROUP_MEMBERS_MIN = 3
const GROUP_MEMBERS_MAX = 4
const HOT_MEMBERS = 5
/** Two by each of two processes, as they hash passwords. */
const REGISTERED_AT_ONCE = 4
const OPENED_AT_ONCE = 8

export async function makeWorld(hosts: readonly Host[], random: Random): Promise<World> {
  const host = rotation(hosts)

  async function open(type: 'direct' | 'group', members: readonly Person[]): Promise<Room> {
    const [first, ...others] = members
    const member_ids = others.map((one) => one.userId)
    const name = type === 'group' ? { name: '소식' } : {}
    const body = { room_type: type, member_ids, ...name }
    const token = first?.token ?? ''
    const room = await must(host(), { method: 'POST', path: '/rooms', token, body })
    return { roomId: Number(room.room_id), members }
  }

  const numbers = Array.from({ length: PEOPLE }, (_, at) => at + 1)
  const people = await inTurns(numbers, REGISTERED_AT_ONCE, (number) =>
    registerRaw(host(), `person_${number}`),
  )
  const pairs = people.flatMap((one, at) => people.slice(at + 1).map((other) => [one, other]))
  const sizes = Array.from({ length: GROUP_ROOMS }, () =>
    random.between(GROUP_MEMBERS_MIN, GROUP_MEMBERS_MAX),
  )
  const group = (size: number) => open('group', some(people, size, random))
  const direct = await inTurns(some(pairs, DIRECT_ROOMS, random), OPENED_AT_ONCE, (pair) =>
    open('direct', pair),
  )
  const groups = await inTurns(sizes, OPENED_AT_ONCE, group)
  const marked = await inTurns(Array<number>(MARKED_ROOMS).fill(2), OPENED_AT_ONCE, group)
  const visited = await inTurns(Array<number>(VISITED_ROOMS).fill(3), OPENED_AT_ONCE, group)
  const rooms = shuffled([...direct, ...groups], random)
  return { people, rooms, hot: await group(HOT_MEMBERS), marked, visited }
}

/** So many at once, and the answers in the items' order. */
async function inTurns<Item, Made>(
  items: readonly Item[],
  atOnce: number,
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  for (let at = 0; at < items.length; at += atOnce) {
    made.push(...(await Promise.all(items.slice(at, at + atOnce).map(make))))
  }
  return made
}

function some<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  return shuffled(items, random).slice(0, count)
}
