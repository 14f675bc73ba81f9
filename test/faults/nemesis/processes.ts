// Faults of the server's own processes: killed, frozen, restarted one after the other.
import { setTimeout as delay } from 'node:timers/promises'
import { notificationGroup } from '@sosik/contract/notification'
import type { GroupMember } from 'sosik'
import { PROCESSES } from '../stand/plan.ts'
import type { Area, FaultKind } from './kind.ts'

const DOWN_MS_MAX = 4_000
const STORM_MEMBERS = 4
const STORM_STEP_MS = 900

const isOf = (area: Area, roles: readonly string[]): boolean =>
  area === 'workers' ? roles.some((role) => role.startsWith('worker:')) : roles.includes(area)

const namesOf = (area: Area): string[] =>
  PROCESSES.filter((one) => isOf(area, one.roles)).map((one) => one.name)

const NAME: Partial<Record<Area, string>> = { workers: 'consumer' }

function kill(area: Area): FaultKind {
  return {
    name: `kill.${NAME[area] ?? area}`,
    area,
    plan: (random) => ({
      target: random.pick(namesOf(area)),
      holdMs: random.below(DOWN_MS_MAX),
      parameters: {},
    }),
    async begin({ stand }, { target }) {
      const member = stand.member(target)
      await member.kill()
      return { end: () => member.start() }
    },
  }
}

/** `pausesMs`: a range below and above what the others notice. */
function pause(area: Area, pausesMs: readonly [number, number]): FaultKind {
  return {
    name: `pause.${NAME[area] ?? area}`,
    area,
    plan: (random) => ({
      target: random.pick(namesOf(area)),
      holdMs: random.between(...pausesMs),
      parameters: {},
    }),
    async begin({ stand }, { target }) {
      const member = stand.member(target)
      member.pause()
      return { end: async () => member.resume() }
    },
  }
}

/** The processes of each group that has several, as they are named. */
const GROUPS = [...Map.groupBy(namesOf('workers'), (name) => name.split('-')[0]).values()].filter(
  ({ length }) => length > 1,
)

/** SIGTERM to a group's processes in turn, each started again before the next one goes. */
const rolling: FaultKind = {
  name: 'rolling.consumer',
  area: 'workers',
  plan: (random) => ({ target: random.pick(GROUPS).join(' '), holdMs: 0, parameters: {} }),
  async begin({ stand }, { target }) {
    return {
      async end() {
        for (const name of target.split(' ')) {
          const member = stand.member(name)
          await member.stop()
          await member.start()
        }
      },
    }
  },
}

export const STORM = 'storm.rebalance'

/** Members that come, own partitions for a moment without working on them, and go. */
const storm: FaultKind = {
  name: STORM,
  area: 'workers',
  plan: (random) => ({
    target: notificationGroup.name,
    holdMs: STORM_STEP_MS * random.between(1, 3),
    parameters: { members: STORM_MEMBERS },
  }),
  async begin({ stand }, { target, parameters }) {
    const silent = {
      assigned() {},
      revoked() {},
      lost() {},
      records() {},
      trouble() {},
    }
    const topics = notificationGroup.topics.map((topic) => topic.name)
    const members: GroupMember[] = []
    for (let count = 0; count < Number(parameters.members); count += 1) {
      members.push(await stand.log.join({ group: target, topics, listener: silent }))
      await delay(STORM_STEP_MS)
    }
    return {
      async end() {
        for (const member of members) {
          await member.leave()
          await delay(STORM_STEP_MS)
        }
      },
    }
  },
}

/** A reader that breaks off and comes back is a fault of its own: its stream must have no gap. */
const cutReaders: FaultKind = {
  name: 'cut.readers',
  area: 'gateway',
  plan: (random) => ({
    target: 'readers',
    holdMs: 0,
    parameters: { readers: random.between(5, 20) },
  }),
  async begin({ load }, { parameters }) {
    load.order({ say: 'cut', readers: Number(parameters.readers) })
    return { end: async () => {} }
  },
}

export const processFaults: readonly FaultKind[] = [
  kill('api'),
  kill('relay'),
  kill('gateway'),
  kill('workers'),
  pause('api', [300, 4_000]),
  pause('relay', [500, 6_000]),
  pause('gateway', [500, 6_000]),
  pause('workers', [2_000, 10_000]),
  rolling,
  storm,
  cutReaders,
]
