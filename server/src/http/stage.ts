// What the tests of the door stand on: a host with one person, an operator, and no network.
import type { Answering } from '@sosik/services/service.ts'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { type Clock, systemClock } from 'sosik'
import { operatorWith } from '../operators.ts'
import { memoryRates } from '../rates/memory.ts'
import { createHost, type HostParts, mount } from './host.ts'

export const OPERATOR = 'operator-of-this-house'

/** `good` is the token of user 1, `other` of user 2. */
const USERS: Readonly<Record<string, number>> = { good: 1, other: 2 }

export interface HostStage {
  readonly app: FastifyInstance
  readonly parts: HostParts
}

export async function openHost(
  answerings: readonly Answering[],
  given: Partial<HostParts> & { readonly clock?: Clock } = {},
): Promise<HostStage> {
  const { clock = systemClock, ...others } = given
  const parts: HostParts = {
    logger: pino({ level: 'silent' }),
    authenticate: async (token) => {
      const userId = USERS[token]
      return userId === undefined ? undefined : { userId, sessionId: `session of ${userId}` }
    },
    operators: [operatorWith(OPERATOR)],
    active: () => {},
    rates: memoryRates(clock),
    spoken: memoryRates(clock),
    rateFactor: 1,
    trustedProxies: [],
    ...others,
  }
  const app = await createHost(parts)
  mount(app, answerings, parts)
  return { app, parts }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
