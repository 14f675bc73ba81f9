// What the tests of services share: ask a route as somebody, let an event be heard.
import assert from 'node:assert/strict'
import { messenger } from '@sosik/contract/catalogue'
import { Problem, type ProblemCode } from '@sosik/contract/errors'
import { problemsOf } from '@sosik/contract/problems'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import { encode } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, pgliteDatabase } from 'sosik/postgres'
import { deliveryOf, scratchDatabase } from 'sosik/testing'
import { Compile } from 'typebox/compile'
import { randomUUID } from 'node:crypto'
import type {
  Announce,
  Conditions,
  Idempotency,
  OperatorCaller,
  RouteRequest,
  Service,
} from './service.ts'

/** PostgreSQL inside the process and on a server; each call gives an empty database. */
export const DATABASES = [
  ['in the process', pgliteDatabase],
  ['on a server', scratchDatabase],
] as const

export interface Given {
  readonly params?: object
  readonly query?: object
  readonly body?: object
  readonly idempotency?: Idempotency
  readonly conditions?: Conditions
  readonly sessionId?: string
  readonly userAgent?: string
  readonly operator?: OperatorCaller
}

/** Calls a route of the service as that user; the answer must fit its schema. */
export async function ask<One extends AnyRoute>(
  service: Service,
  route: One,
  userId: number,
  given: Given = {},
): Promise<AnswerOf<One>> {
  const { params = {}, query = {}, body = {} } = given
  const handler = service.routes.find((one) => one.route === route)?.handler
  assert(handler, `${route.method} ${route.path} is answered`)
  const caller = { userId, sessionId: given.sessionId ?? `session-${userId}` }
  const { idempotency, conditions = {}, userAgent = '', operator } = given
  const common = { caller, operator, userAgent, conditions, idempotency, correlationId: 'request' }
  const request = { params, query, body, ...common } as RouteRequest
  const answer = await handler(request).catch((error: unknown) => {
    if (error instanceof Problem) requireDeclared(route, error.code)
    throw error
  })
  if (route.answer !== undefined) {
    assert(Compile(route.answer).Check(answer), 'the answer fits its schema')
  }
  return answer as AnswerOf<One>
}

/** The API's documents say all that a route can refuse: it may refuse nothing else. */
function requireDeclared(route: AnyRoute, code: ProblemCode): void {
  const line = `${route.method} ${route.path}`
  assert(problemsOf(route).includes(code), `${line} answers ${code}: add it to its problems`)
}

/** Lets the service's group handle an event in a transaction of its own; answers what follows. */
export async function hear(
  service: Service,
  database: Database,
  name: string,
  data: object,
  time = '2026-01-27T11:00:00.000Z',
): Promise<readonly NewEvent[]> {
  const definition = messenger.event(name)
  const handler = service.hears[0]?.handlers[name]
  assert(definition && handler, `${name} is heard`)
  const position = { topic: definition.topic.name, partition: 0, offset: 0n }
  const whole = { ...definition.example, ...data }
  const event = { type: name, id: randomUUID(), time, key: '1', position, data: whole }
  return database.transaction(async (tx) => {
    const context = { tx, ...deliveryOf() }
    return (await handler(event, context)) ?? []
  })
}

export interface Announced {
  readonly announce: Announce
  /** What was announced and committed since the last look. */
  news(): { readonly name: string; readonly data: Record<string, unknown> }[]
}

/**
 * An outbox that remembers; an event that does not fit its schema fails the command. Like an
 * outbox it orders by the announcing, under the command's locks: answers to commits may cross.
 */
export function rememberAnnounced(): Announced {
  const said: { readonly at: number; readonly event: NewEvent }[] = []
  let last = 0
  return {
    async announce(tx, events) {
      for (const event of events)
        encode(event, { id: randomUUID(), time: new Date().toISOString() })
      const numbered = events.map((event) => ({ at: ++last, event }))
      tx.afterCommit(() => said.push(...numbered))
    },
    news: () =>
      said
        .splice(0)
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => ({ name: event.definition.name, data: { ...event.data } })),
  }
}

export async function refused(code: ProblemCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof Problem && error.code === code, code)
}
