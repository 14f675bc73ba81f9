// Rate limits at the door: which counts a call raises, and what its caller is told of them.
import { Problem } from '@sosik/contract/errors'
import {
  ADDRESS_RATE,
  RATES,
  type Rate,
  type RateClass,
  type RateSubject,
} from '@sosik/contract/rates'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Answer, type Ask, callsLeft, type Rates, waitMs } from '../rates/rates.ts'
import { hashOf, subjectOf } from './subjects.ts'

export interface RateParts {
  readonly rates: Rates
  /** Who has spoken in which room lately, as far as this process knows. */
  readonly spoken: Rates
  /** Multiplies every limit; nought lifts them all. */
  readonly rateFactor: number
}

/** A request of a route that names its class, and whose it is where that is known. */
export interface Call {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly rateClass: RateClass
  readonly userId?: number
}

/** A limit as the headers call it, and the count of this call. */
interface Counted extends Ask {
  readonly name: string
}

const MS_PER_SECOND = 1_000
/** Who has spoken so lately is told when the room is full; others learn nothing of it. */
const SPOKE = { calls: 1, periodMs: 60_000 }

export interface DoorRates {
  /** For every request, also one without a route. Throws `too_many`, as the next two do. */
  countAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>
  count(call: Call, subjects: readonly RateSubject[]): Promise<void>
  /** A room's limit is for its members: a stranger neither uses it up nor hears of it. */
  lookAtRoom(call: Call): Promise<void>
  /** After a call that was done. */
  countRoom(call: Call): Promise<void>
  /** After a sign-in that succeeded: its account starts anew at its address. */
  forgive(call: Call): Promise<void>
}

export function doorRates(parts: RateParts): DoorRates {
  const { rates, spoken } = parts

  function countedOf({ request, rateClass, userId }: Call, per: RateSubject): Counted[] {
    const who = subjectOf(per, request, userId)
    return who === undefined ? [] : counted(parts, rateClass, RATES[rateClass], per, who)
  }

  async function take(reply: FastifyReply, asks: readonly Counted[]): Promise<void> {
    if (asks.length > 0) tell(reply, asks, await rates.take(asks))
  }

  const spokenIn = ({ userId }: Call, rooms: readonly Counted[]): Ask[] =>
    rooms.map(({ key }) => ({ key: `${key} ${userId}`, rate: SPOKE }))

  return {
    countAddress(request, reply) {
      const who = subjectOf('address', request, undefined) ?? ''
      return take(reply, counted(parts, 'all', [ADDRESS_RATE], 'address', who))
    },
    count: (call, subjects) =>
      take(
        call.reply,
        subjects.flatMap((per) => countedOf(call, per)),
      ),
    async lookAtRoom(call) {
      const rooms = countedOf(call, 'room')
      if (rooms.length === 0 || (await spoken.look(spokenIn(call, rooms))).fits) return
      tell(call.reply, rooms, await rates.look(rooms))
    },
    async countRoom(call) {
      const rooms = countedOf(call, 'room')
      if (rooms.length === 0) return
      await Promise.all([spoken.take(spokenIn(call, rooms)), rates.take(rooms)])
    },
    forgive: (call) => rates.forget(countedOf(call, 'account_and_address').map(({ key }) => key)),
  }
}

function counted(
  { rateFactor }: RateParts,
  name: RateClass | 'all',
  rates: readonly Rate[],
  per: RateSubject,
  who: string,
): Counted[] {
  if (rateFactor === 0) return []
  return rates
    .filter((rate) => rate.per === per)
    .map(({ calls, periodMs }) => ({
      name: `${name}-${per}-${periodMs / MS_PER_SECOND}`,
      key: `rate:${name}:${per}:${periodMs}:${hashOf(who)}`,
      rate: { calls: Math.max(1, Math.round(calls * rateFactor)), periodMs },
    }))
}

/** The headers of the IETF's draft, and the refusal where there is no room for the call. */
function tell(reply: FastifyReply, asks: readonly Counted[], { fits, debtsMs }: Answer): void {
  const told = asks.map(({ name, rate }, at) => {
    const debtMs = debtsMs[at] ?? 0
    return {
      policy: `"${name}";q=${rate.calls};w=${Math.ceil(rate.periodMs / MS_PER_SECOND)}`,
      state: `"${name}";r=${callsLeft(debtMs, rate)};t=${Math.ceil(debtMs / MS_PER_SECOND)}`,
      waitMs: waitMs(debtMs, rate),
    }
  })
  append(
    reply,
    'ratelimit-policy',
    told.map((one) => one.policy),
  )
  append(
    reply,
    'ratelimit',
    told.map((one) => one.state),
  )
  if (fits) return
  const longestMs = Math.max(...told.map((one) => one.waitMs))
  reply.header('retry-after', String(Math.max(1, Math.ceil(longestMs / MS_PER_SECOND))))
  throw new Problem('too_many')
}

function append(reply: FastifyReply, name: string, items: readonly string[]): void {
  const before = reply.getHeader(name)
  reply.header(name, [...(before === undefined ? [] : [String(before)]), ...items].join(', '))
}
