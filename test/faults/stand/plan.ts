// The processes of the stand: which roles each plays, and which entry file it is started from.
import { messenger } from '@sosik/contract/catalogue'

export interface ProcessPlan {
  readonly name: string
  readonly roles: readonly string[]
  /** `shipped` is the server as a user starts it; `watched` has its handlers surrounded. */
  readonly entry: 'shipped' | 'watched'
}

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
  }))

const workers = (group: string): ProcessPlan[] =>
  Array.from({ length: INSTANCES[group] ?? 1 }, (_, at) => ({
    name: `${group.split('-')[0]}-${at + 1}`,
    roles: [`worker:${group}`],
    entry: 'watched',
  }))

export const PROCESSES: readonly ProcessPlan[] = [
  ...shipped('api', 2),
  ...shipped('relay', 2),
  ...shipped('gateway', 2),
  ...messenger.groups.flatMap((group) => workers(group.name)),
]
