// Faults that come as records: slow, failing, ending their process, or no event at all.
import { messenger } from '@sosik/contract/catalogue'
import { MessageSent, messageEvents } from '@sosik/contract/chat'
import { notificationGroup } from '@sosik/contract/notification'
import { searchGroup } from '@sosik/contract/search'
import { UserProfileUpdated, userEvents } from '@sosik/contract/user'
import { type Mark, markText } from '../subject/marks.ts'
import type { FaultKind } from './kind.ts'

const GROUPS = [notificationGroup.name, searchGroup.name]
const MARKED_ROOMS = 12
/** What the same room says behind a marked message: it has to come in its order. */
const FOLLOWERS = ['!after 1', '!after 2', '!after 3']
/** Keys that no room and no person has. */
const POISON_KEY_MIN = 900_000_000
const POISON_KEYS = 1_000

/** `amount`: milliseconds or times, as the mark says. */
function marked(name: string, how: Mark['how'], amount: readonly [number, number]): FaultKind {
  return {
    name,
    area: 'records',
    plan: (random) => ({
      target: random.pick(GROUPS),
      holdMs: 2_000,
      parameters: { amount: random.between(...amount), room: random.below(MARKED_ROOMS) },
    }),
    async begin({ load }, { target, parameters }) {
      const mark = markText({ how, group: target, amount: Number(parameters.amount) })
      const contents = [mark, ...FOLLOWERS]
      load.order({ say: 'speak', room: Number(parameters.room), contents })
      return { end: async () => {} }
    },
  }
}

/** Every message of one room is slow for as long as it lasts. */
export const SLOW_KEY = 'slow.key'
const SLOW_STEP_MS = 500

const slowKey: FaultKind = {
  name: SLOW_KEY,
  area: 'records',
  plan: (random) => ({
    target: notificationGroup.name,
    holdMs: 8_000,
    parameters: { amount: SLOW_STEP_MS, room: random.below(MARKED_ROOMS) },
  }),
  async begin({ load }, { target, holdMs, parameters }) {
    const amount = Number(parameters.amount)
    const mark = markText({ how: 'slow', group: target, amount })
    const contents = Array.from({ length: Math.ceil(holdMs / amount) }, () => mark)
    load.order({ say: 'speak', room: Number(parameters.room), contents })
    return { end: async () => {} }
  },
}

const encoder = new TextEncoder()

/** Values that are no event; each ends as a dead letter in every group that hears the topic. */
const POISONS: Readonly<Record<string, (type: string) => string>> = {
  'no JSON': () => 'this is no JSON',
  'no object': () => '[1, 2, 3]',
  'not its schema': (type) => JSON.stringify({ user_id: 'seven', __type__: type }),
  empty: () => '',
}
/** An event of each topic that all groups on it hear. */
const TYPES: Readonly<Record<string, string>> = {
  [messageEvents.name]: MessageSent.name,
  [userEvents.name]: UserProfileUpdated.name,
}

export const POISON = 'poison.record'

const poison: FaultKind = {
  name: POISON,
  area: 'records',
  plan: (random) => ({
    target: Object.keys(TYPES).join(' '),
    holdMs: 1_000,
    parameters: {
      why: random.pick(Object.keys(POISONS)),
      key: POISON_KEY_MIN + random.below(POISON_KEYS),
    },
  }),
  async begin({ stand, journal }, { parameters }) {
    const why = String(parameters.why)
    const key = encoder.encode(String(parameters.key))
    for (const [topic, type] of Object.entries(TYPES)) {
      const value = encoder.encode(POISONS[why]?.(type))
      const [result] = await stand.log.append([{ topic, key, value, headers: [] }])
      if (!result?.ok) continue
      const { partition } = result
      journal.note({ is: 'poison', topic, partition, offset: Number(result.offset), why })
    }
    return { end: async () => {} }
  },
}

/** The groups that hear a topic, and so dead-letter what is no event. */
export const groupsOn = (topic: string): string[] =>
  messenger.groups
    .filter((group) => group.topics.some((one) => one.name === topic))
    .map((group) => group.name)

export const FLAKY = 'flaky.handler'
export const FAILING = 'failing.handler'

/** Says these lines in that many rooms: for schedules that are written by hand. */
export const sayings: FaultKind = {
  name: 'sayings',
  area: 'records',
  plan: () => ({ target: 'rooms', holdMs: 0, parameters: { rooms: 1, contents: '!after' } }),
  async begin({ load }, { parameters }) {
    const contents = String(parameters.contents).split('\n')
    for (let room = 0; room < Number(parameters.rooms); room += 1) {
      load.order({ say: 'speak', room, contents })
    }
    return { end: async () => {} }
  },
}

export const recordFaults: readonly FaultKind[] = [
  slowKey,
  poison,
  marked('slow.handler', 'slow', [500, 4_000]),
  marked('block.loop', 'block', [500, 3_000]),
  marked(FLAKY, 'throw', [1, 2]),
  marked(FAILING, 'throw', [99, 99]),
  marked('crash.handler', 'crash', [1, 1]),
  marked('crash.poison', 'crash', [9, 9]),
]
