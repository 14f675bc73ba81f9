// The last mile: what each person is told, from the transaction to the open stream.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { createDelivery, type Delivery } from './deliver.ts'
import type { Fanout } from './fanout.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { readEpoch } from './store.ts'

export interface LiveParts {
  readonly database: Database
  readonly fanout: Fanout
  readonly clock: Clock
  readonly heartbeatMs?: number
  readonly onError: (error: Error) => void
}

export interface Live {
  readonly delivery: Delivery
  readonly gateway: Gateway
}

/** The tables alone: they are migrated before the rest can start. */
export const live: Service = {
  name: 'live',
  migrations: tablesOf('live', import.meta.url),
  routes: [],
  hears: [],
}

export async function openLive(parts: LiveParts): Promise<Live> {
  const epoch = await readEpoch(parts.database)
  return {
    delivery: createDelivery({ ...parts, epoch }),
    gateway: createGateway({ ...parts, epoch }),
  }
}

export type { Delivery } from './deliver.ts'
export type { Fanout } from './fanout.ts'
export type { Gateway } from './gateway.ts'
