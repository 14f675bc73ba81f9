// What a service is to its host: routes it answers, events it hears, tables it owns.
import { readFileSync } from 'node:fs'
import type { MessengerEvent } from '@sosik/contract/catalogue'
import type { AnyRoute, AnswerOf, BodyOf, ParamsOf, QueryOf } from '@sosik/contract/route'
import type { Person as PersonSchema } from '@sosik/contract/user'
import type { ConsumerGroup, Handlers, NewEvent } from 'sosik/catalogue'
import type { Migration, Sql, Transaction } from 'sosik/postgres'
import type { Static } from 'typebox'

export type Person = Static<typeof PersonSchema>

/** Who asks; only on routes that ask for a signed-in user. */
export interface Caller {
  readonly userId: number
  readonly sessionId: string
}

export interface RouteRequest<One extends AnyRoute = AnyRoute> {
  readonly params: ParamsOf<One>
  readonly query: QueryOf<One>
  readonly body: BodyOf<One>
  /** Throws `Problem('not_signed_in')` where the route is open to anybody. */
  readonly caller: Caller
  /** What the caller's program calls itself; empty where it does not. */
  readonly userAgent: string
  /** One id for all that follows from this request. */
  readonly correlationId: string
}

export type RouteHandler<One extends AnyRoute = AnyRoute> = (
  request: RouteRequest<One>,
) => Promise<AnswerOf<One>>

/** A route of the contract and what answers it. */
export interface Answering {
  readonly route: AnyRoute
  readonly handler: RouteHandler
}

export function answering<One extends AnyRoute>(route: One, handler: RouteHandler<One>): Answering {
  return { route, handler: handler as RouteHandler }
}

/** What a handler of an event works with: the transaction that also holds its inbox row. */
export interface EffectContext {
  readonly tx: Transaction
}

/** A consumer group and what its events cause. */
export interface Hearing {
  readonly group: ConsumerGroup
  readonly handlers: Handlers
}

export function hearing<Group extends ConsumerGroup>(
  group: Group,
  handlers: Handlers<MessengerEvent, Group['topics'][number]['name'], EffectContext>,
): Hearing {
  return { group, handlers: handlers as Handlers }
}

/** A person's profile as of `updatedAt`; copies of it only ever move forward. */
export interface Profile {
  readonly person: Person
  readonly updatedAt: Date
}

/** The user service's answer to the others: those of the ids that exist. */
export type ReadProfiles = (
  sql: Sql,
  userIds: readonly number[],
) => Promise<ReadonlyMap<number, Profile>>

/** Whether somebody is here, and when they went; of who hides it, neither. */
export interface Presence {
  readonly isOnline: boolean
  readonly lastSeenAt: Date | undefined
}

/** The user service's answer to the others: those of the ids who let it be known. */
export type ReadPresence = (
  sql: Sql,
  userIds: readonly number[],
) => Promise<ReadonlyMap<number, Presence>>

/** Puts events into the outbox, in the transaction of what caused them. */
export type Announce = (
  tx: Transaction,
  events: readonly NewEvent[],
  correlationId?: string,
) => Promise<void>

export interface Service {
  readonly name: string
  readonly migrations: readonly Migration[]
  readonly routes: readonly Answering[]
  readonly hears: readonly Hearing[]
}

/** The tables of a service: SQL files beside the caller's file, in the order of their making. */
export function tablesOf(
  name: string,
  moduleUrl: string,
  files: readonly string[] = ['tables'],
): Migration[] {
  return files.map((file) => ({
    name: `${name}/${file}`,
    sql: readFileSync(new URL(`${file}.sql`, moduleUrl), 'utf8'),
  }))
}
