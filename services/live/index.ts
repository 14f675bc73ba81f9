// The last mile: what each person is told, from the transaction to the open stream.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { cursorRoute } from './cursor.ts'
import { createDelivery, type Delivery } from './deliver.ts'
import type { Fanout } from './fanout.ts'
import { Gateway } from './gateway.ts'
import { epochReader } from './store.ts'

export interface LiveParts {
  readonly database: Database
  readonly fanout: Fanout
  readonly clock: Clock
  readonly heartbeatMs?: number
  readonly onError: (error: Error) => void
}

export interface Live extends Service {
  readonly delivery: Delivery
  readonly gateway: Gateway
}

export function liveService(parts: LiveParts): Live {
  const epochOf = epochReader()
  return {
    name: 'live',
    migrations: tablesOf('live', import.meta.url, ['tables', 'messages']),
    routes: [cursorRoute({ ...parts, epochOf })],
    hears: [],
    delivery: createDelivery({ ...parts, epochOf }),
    gateway: new Gateway({ ...parts, epochOf }),
  }
}

export type { Delivery } from './deliver.ts'
export type { Fanout } from './fanout.ts'
export type { Gateway } from './gateway.ts'
