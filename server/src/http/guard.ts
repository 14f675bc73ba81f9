// What every route asks before its handler: where the call comes from, how often, and who calls.
import type { AnyRoute } from '@sosik/contract/route'
import type { Caller } from '@sosik/services/service.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CallerParts, callerOf, requireOwnSite } from './callers.ts'
import { type Call, doorRates, type RateParts } from './rates.ts'

export type GuardParts = CallerParts & RateParts

export interface Guard {
  /** Before the body is read. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly preHandler: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly onResponse: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

const callers = new WeakMap<FastifyRequest, Caller>()

/** Who calls, once the guard has let the request in; undefined where the route asks for nobody. */
export const guardedCaller = (request: FastifyRequest): Caller | undefined => callers.get(request)

export function guardOf(route: Pick<AnyRoute, 'auth' | 'rate'>, parts: GuardParts): Guard {
  const rates = doorRates(parts)
  const callOf = (request: FastifyRequest, reply: FastifyReply): Call => {
    const userId = callers.get(request)?.userId
    return { request, reply, rateClass: route.rate, ...(userId !== undefined && { userId }) }
  }
  return {
    async onRequest(request, reply) {
      requireOwnSite(request)
      await rates.count(callOf(request, reply), ['address'])
      const caller = await callerOf(request, route.auth, parts)
      if (caller !== undefined) callers.set(request, caller)
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
