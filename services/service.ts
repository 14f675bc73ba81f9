// What a service is to its host: routes it answers, events it hears, tables it owns.
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { OperatorRight } from '@sosik/contract/access'
import type { MessengerEvent } from '@sosik/contract/catalogue'
import type { ProblemCode } from '@sosik/contract/errors'
import type {
  AnyRoute,
  AnswerOf,
  BodyOf,
  Bytes,
  JSON_TYPE,
  ParamsOf,
  QueryOf,
} from '@sosik/contract/route'
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

/** Who operates; only on routes that ask for an operator. */
export interface OperatorCaller {
  /** For the audit; undefined where the token is nobody's own. */
  readonly name: string | undefined
  readonly rights: readonly OperatorRight[]
}

/** A body of bytes: whoever takes it reads the stream to its end, or leaves it to the host. */
export interface Upload {
  readonly bytes: Readable
  /** As many come, or the stream fails. */
  readonly sizeBytes: number
}

/** An answer of bytes, with what is said of them. */
export interface Download {
  readonly status: 200 | 206 | 304
  readonly headers: Readonly<Record<string, string | number>>
  /** Missing where the caller has them already. */
  readonly bytes?: Readable
}

/** Which of an answer's bytes the caller wants: header fields, as they came. */
export interface Conditions {
  readonly range?: string | undefined
  readonly ifNoneMatch?: string | undefined
}

type Given<One extends AnyRoute> = One['consumes'] extends Bytes ? Upload : BodyOf<One>
type Answered<One extends AnyRoute> = One['produces'] extends typeof JSON_TYPE
  ? AnswerOf<One>
  : Download

export interface RouteRequest<One extends AnyRoute = AnyRoute> {
  readonly params: ParamsOf<One>
  readonly query: QueryOf<One>
  readonly body: Given<One>
  readonly conditions: Conditions
  /** Throws `Problem('not_signed_in')` where the route is open to anybody. */
  readonly caller: Caller
  /** Undefined where the route asks for no operator. */
  readonly operator: OperatorCaller | undefined
  /** What the caller's program calls itself; empty where it does not. */
  readonly userAgent: string
  /** One id for all that follows from this request. */
  readonly correlationId: string
  /** On routes that take an idempotency key, where the caller gave one. */
  readonly idempotency: Idempotency | undefined
}

/** What a caller names a command by, so that asking again does not do it again. */
export interface Idempotency {
  readonly key: string
  /** Of the method, the address and the body. */
  readonly requestHash: Uint8Array
}

export type RouteHandler<One extends AnyRoute = AnyRoute> = (
  request: RouteRequest<One>,
) => Promise<Answered<One>>

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

/** The message that carries a file. */
export interface Carrier {
  readonly messageId: string
  readonly roomId: number
  readonly seq: number
}

/** The files service's answers to chat, in the transaction that sends or deletes a message. */
export interface MessageFiles {
  /** False for a file that is not the person's, not of the kind, or not there to be sent. */
  readonly tie: (tx: Sql, file: SentFile, carrier: Carrier) => Promise<boolean>
  /** The message's file is nobody's from the commit on. */
  readonly drop: (tx: Sql, messageId: string, now: Date) => Promise<void>
}

export interface SentFile {
  readonly fileId: string
  readonly userId: number
  readonly kind: 'image' | 'file'
}

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

/** The friend service's answers to chat: what stands between people. */
export interface Barriers {
  /** Why a person may not reach all of these: a block, of whichever side. */
  readonly barrier: (
    sql: Sql,
    userId: number,
    otherIds: readonly number[],
  ) => Promise<ProblemCode | undefined>
  /** Holds what stands between two people until the commit. */
  readonly lockPair: (tx: Transaction, oneId: number, otherId: number) => Promise<void>
}

/** Chat's answer to the friend service: nobody speaks in a pair's direct room, or again. */
export type SetBarred = (
  tx: Transaction,
  oneId: number,
  otherId: number,
  isBarred: boolean,
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
