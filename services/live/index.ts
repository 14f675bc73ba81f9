// The last mile: what each person is told, from the transaction to the open stream.
import type { Sql } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { cursorRoute } from './cursor.ts'
import { createDelivery, type Delivery } from './deliver.ts'
import { Gateway, type GatewayParts } from './gateway.ts'
import { createRollCall, type RollCall, type StreamStanding } from './roll-call.ts'
import { EVENTS_RETENTION_MS, findTold, type ToldMessage } from './store.ts'

export type LiveParts = GatewayParts

export interface Live extends Service {
  readonly delivery: Delivery
  readonly gateway: Gateway
  readonly rollCall: RollCall
  readonly answers: LiveAnswers
}

/** What the last mile answers to who asks where something has got to. */
export interface LiveAnswers {
  readonly told: (
    sql: Sql,
    userId: number,
    roomId: number,
    messageId: string,
  ) => Promise<ToldMessage | undefined>
  /** For how long a line keeps what it has told. */
  readonly toldMs: number
  /** Of all processes that answer. */
  readonly streamsOf: (userId: number) => Promise<StreamStanding[] | undefined>
}

export function liveService(parts: LiveParts): Live {
  const gateway = new Gateway(parts)
  const rollCall = createRollCall({ ...parts, standing: (userId) => gateway.standing(userId) })
  return {
    name: 'live',
    migrations: tablesOf('live', import.meta.url, ['tables', 'messages']),
    routes: [cursorRoute(parts.database, parts)],
    hears: [],
    delivery: createDelivery(parts),
    gateway,
    rollCall,
    answers: { told: findTold, toldMs: EVENTS_RETENTION_MS, streamsOf: rollCall.ask },
  }
}

export type { Delivery } from './deliver.ts'
export type { Gateway } from './gateway.ts'
