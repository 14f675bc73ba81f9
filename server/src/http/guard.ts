// What every route asks before its handler: where the call comes from, how often, and who calls.
import type { AnyRoute } from '@sosik/contract/route'
import type { Caller, OperatorCaller } from '@sosik/services/service.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CallerParts, callerOf, requireOwnSite } from './callers.ts'
import type { Operator } from '../operators.ts'
import { operatorOf } from './operator-door.ts'
import { type Call, doorRates, type RateParts } from './rates.ts'

export interface GuardParts extends CallerParts, RateParts {
  readonly operators: readonly Operator[]
}

export interface Guard {
  /** Before the body is read. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly preHandler: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly onResponse: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

const callers = new WeakMap<FastifyRequest, Caller>()
const operators = new WeakMap<FastifyRequest, OperatorCaller>()

/** Who calls, once the guard has let the request in; undefined where the route asks for nobody. */
export const guardedCaller = (request: FastifyRequest): Caller | undefined => callers.get(request)

/** The same of an operator. */
export const guardedOperator = (request: FastifyRequest): OperatorCaller | undefined =>
  operators.get(request)

export function guardOf(
  route: Pick<AnyRoute, 'auth' | 'access' | 'rate'>,
  parts: GuardParts,
): Guard {
  const rates = doorRates(parts)
  const callOf = (request: FastifyRequest, reply: FastifyReply): Call => {
    const userId = callers.get(request)?.userId
    return { request, reply, rateClass: route.rate, ...(userId !== undefined && { userId }) }
  }
  return {
    async onRequest(request, reply) {
      requireOwnSite(request)
      await rates.count(callOf(request, reply), ['address'])
      if (route.auth === 'user') callers.set(request, await callerOf(request, parts))
      if (route.auth === 'operator') {
        const { name, rights } = operatorOf(request, route, parts.operators)
        operators.set(request, { name, rights })
      }
      const call = callOf(request, reply)
      await rates.count(call, ['user'])
      await rates.lookAtRoom(call)
    },
    async preHandler(request, reply) {
      await rates.count(callOf(request, reply), ['account', 'account_and_address'])
    },
    async onResponse(request, reply) {
      if (reply.statusCode >= 400) return
      const call = callOf(request, reply)
      await Promise.all([rates.countRoom(call), rates.forgive(call)])
    },
  }
}
