// The processes of the stand: which roles each plays, and which entry file it is started from.
import { messenger } from '@sosik/contract/catalogue'
import type { ConsumerGroup } from 'sosik/catalogue'

export interface ProcessPlan {
  readonly name: string
  readonly roles: readonly string[]
  /** `shipped` is the server as a user starts it; `watched` has its handlers surrounded. */
  readonly entry: 'shipped' | 'watched'
  /** Two cores carry it all: who stores what nobody waits for comes after the others. */
  readonly niceness: number
}

const PATIENT = 10

/** How many processes of a group; a group's own number, but never fewer than shows a rebalance. */
const INSTANCES: Readonly<Record<string, number>> = {
  'notification-consumer-group': 3,
  'search-indexer-group': 2,
}

const shipped = (role: string, count: number): ProcessPlan[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `${role}-${at + 1}`,
    roles: [role],
    entry: 'shipped',
    niceness: 0,
  }))

const workers = ({ name, fetchIntervalMsMin }: ConsumerGroup): ProcessPlan[] =>
  Array.from({ length: INSTANCES[name] ?? 1 }, (_, at) => ({
    name: `${name.split('-')[0]}-${at + 1}`,
    roles: [`worker:${name}`],
    entry: 'watched',
    niceness: fetchIntervalMsMin > 0 ? PATIENT : 0,
  }))

export const PROCESSES: readonly ProcessPlan[] = [
  ...shipped('api', 2),
  ...shipped('relay', 2),
  ...shipped('gateway', 2),
  ...messenger.groups.flatMap(workers),
]
