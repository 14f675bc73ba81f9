// The ops service: what an operator sees of groups, dead letters and the outbox, and does to them.
import {
  type Clock,
  deadLetters,
  type DeadLetterStore,
  type LogAdmin,
  operateOutbox,
  type OutboxStore,
} from 'sosik'
import type { Service } from '../service.ts'
import { opsRoutes } from './routes.ts'

export interface OpsParts {
  readonly admin: LogAdmin
  readonly clock: Clock
  readonly index: DeadLetterStore
  readonly outboxStore: OutboxStore
}

export function opsService({ admin, clock, index, outboxStore }: OpsParts): Service {
  return {
    name: 'ops',
    migrations: [],
    routes: opsRoutes({
      admin,
      clock,
      index,
      lettersOf: (group) => deadLetters({ store: index, admin, group, clock }),
      outbox: operateOutbox({ store: outboxStore, clock }),
    }),
    hears: [],
  }
}
