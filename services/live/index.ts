// The last mile: what each person is told, from the transaction to the open stream.
import { type Service, tablesOf } from '../service.ts'
import { createDelivery, type Delivery } from './deliver.ts'
import { Gateway, type GatewayParts } from './gateway.ts'

export type LiveParts = GatewayParts

export interface Live extends Service {
  readonly delivery: Delivery
  readonly gateway: Gateway
}

export function liveService(parts: LiveParts): Live {
  return {
    name: 'live',
    migrations: tablesOf('live', import.meta.url, ['tables', 'messages']),
    routes: [],
    hears: [],
    delivery: createDelivery(parts),
    gateway: new Gateway(parts),
  }
}

export type { Delivery } from './deliver.ts'
export type { Fanout } from './fanout.ts'
export type { Gateway } from './gateway.ts'
