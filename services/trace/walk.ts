// Walks a message's way place by place, and stops where it stands.
import { MessageSent } from '@sosik/contract/chat'
import { notificationGroup } from '@sosik/contract/notification'
import {
  type DomainEvent,
  type LogAdmin,
  outboxWritten,
  postgresDeadLetters,
  readInbox,
  type WrittenRow,
} from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { findEvent, type Place } from './find-event.ts'
import type { Finding } from './trace.ts'

/** What the other services answer; the server wires them. */
export interface TraceParts {
  readonly database: Database
  readonly admin: LogAdmin
  readonly clock: { nowMs(): number }
  readonly standing: (
    sql: Sql,
    messageId: string,
    userId: number,
  ) => Promise<
    | {
        readonly roomId: number
        readonly seq: number
        readonly createdAtMs: number
        readonly isDeleted: boolean
        readonly member: { readonly joinedSeq: number; readonly muted: boolean } | undefined
      }
    | undefined
  >
  readonly told: (
    sql: Sql,
    userId: number,
    roomId: number,
    messageId: string,
  ) => Promise<
    | {
        readonly userSeq: number
        /** Of the large room whose line tells it. */
        readonly roomId: number | undefined
        readonly type: string
        readonly atMs: number
        readonly isQuiet: boolean
      }
    | undefined
  >
  /** For how long a line keeps what it has told. */
  readonly toldMs: number
  /** How far the person's open streams have come, in every process that answers. */
  readonly streamsOf: (userId: number) => Promise<
    | readonly {
        readonly lastSeq: number
        readonly rooms: readonly (readonly [roomId: number, seq: number])[]
      }[]
    | undefined
  >
}

type Told = NonNullable<Awaited<ReturnType<TraceParts['told']>>>

/** From the command's clock to the row's: they may be two machines'. */
const SKEW_MS = 60_000
const GROUP = notificationGroup.name
const TOPIC = MessageSent.topic.name

const iso = (atMs: number) => new Date(atMs).toISOString()

export async function walk(
  parts: TraceParts,
  messageId: string,
  userId: number,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of places(parts, messageId, userId)) {
    findings.push(finding)
    if (finding.state === 'stopped' || finding.state === 'waiting') break
  }
  return findings
}

async function* places(
  parts: TraceParts,
  messageId: string,
  userId: number,
): AsyncGenerator<Finding> {
  const { database } = parts
  const standing = await parts.standing(database, messageId, userId)
  yield messageFinding(standing)
  if (standing === undefined) return
  const { roomId, createdAtMs } = standing
  const key = Buffer.from(String(roomId))
  const row = yield* outbox(parts, key, createdAtMs, messageId)
  const place = yield* log(parts, { key, messageId, createdAtMs, row })
  const eventId = row?.eventId ?? place?.eventId
  // What has taken effect has passed the group, however far its commits are.
  const handled = eventId === undefined ? undefined : await inboxOf(parts, eventId)
  yield* group(parts, place, handled !== undefined)
  yield* inbox(parts, eventId, handled)
  const told = yield* line(parts, { userId, roomId, messageId, createdAtMs })
  if (told !== undefined) yield await stream(parts, userId, told)
}

function messageFinding(standing: Awaited<ReturnType<TraceParts['standing']>>): Finding {
  const stage = 'message'
  if (standing === undefined) return { stage, state: 'stopped', code: 'message_missing', facts: {} }
  const { roomId: room_id, seq, createdAtMs, isDeleted, member } = standing
  const facts = { room_id, seq, created_at: iso(createdAtMs) }
  if (member === undefined) return { stage, state: 'stopped', code: 'not_a_member', facts }
  const { joinedSeq, muted } = member
  const whole = { ...facts, joined_seq: joinedSeq, muted }
  if (joinedSeq >= seq) return { stage, state: 'stopped', code: 'joined_later', facts: whole }
  const code = isDeleted ? 'message_deleted' : 'message_accepted'
  return { stage, state: 'passed', code, facts: whole }
}

async function* outbox(
  { database }: TraceParts,
  key: Uint8Array,
  createdAtMs: number,
  messageId: string,
): AsyncGenerator<Finding, WrittenRow | undefined> {
  const stage = 'outbox'
  const { rows, hold } = await outboxWritten(database, {
    topic: TOPIC,
    key,
    eventType: MessageSent.name,
    fromMs: createdAtMs - SKEW_MS,
    toMs: createdAtMs + SKEW_MS,
  })
  const row = rows.find(({ value }) => messageIdOf(value) === messageId)
  if (row === undefined) {
    yield { stage, state: 'unknown', code: 'outbox_forgotten', facts: {} }
    return undefined
  }
  const facts = { outbox_id: row.id, event_id: row.eventId, written_at: iso(row.createdAtMs) }
  if (row.isDiscarded) yield { stage, state: 'stopped', code: 'outbox_discarded', facts }
  else if (row.sentAtMs !== null) {
    const sent = { ...facts, sent_at: iso(row.sentAtMs) }
    yield { stage, state: 'passed', code: 'outbox_sent', facts: sent }
  } else if (hold === undefined) yield { stage, state: 'waiting', code: 'outbox_waiting', facts }
  else {
    const { rowId, attempts, errorCode, isParked } = hold
    const held = { ...facts, held_outbox_id: rowId, attempts, error_code: errorCode }
    const code = isParked ? 'outbox_parked' : 'outbox_held'
    yield { stage, state: 'stopped', code, facts: held }
  }
  return row
}

async function* log(
  { admin, clock }: TraceParts,
  sought: {
    readonly key: Uint8Array
    readonly messageId: string
    readonly createdAtMs: number
    readonly row: WrittenRow | undefined
  },
): AsyncGenerator<Finding, Place | undefined> {
  const stage = 'log'
  const { key, messageId, createdAtMs, row } = sought
  const fits = ({ type, data }: DomainEvent) =>
    type === MessageSent.name && 'message_id' in data && data.message_id === messageId
  const place = await findEvent(admin, { topic: TOPIC, key, fromMs: createdAtMs - SKEW_MS, fits })
  if (place === undefined) {
    const retentionMs = MessageSent.topic.retentionMs
    const isOld = retentionMs >= 0 && createdAtMs < clock.nowMs() - retentionMs
    const isLost = row !== undefined && !isOld
    if (isLost) yield { stage, state: 'stopped', code: 'log_missing', facts: { topic: TOPIC } }
    else yield { stage, state: 'unknown', code: 'log_forgotten', facts: { topic: TOPIC } }
    return undefined
  }
  const { partition, offset, appendedAtMs } = place
  const facts = { topic: TOPIC, partition, offset: Number(offset), at: iso(appendedAtMs) }
  yield { stage, state: 'passed', code: 'log_found', facts }
  return place
}

async function* group(
  { admin }: TraceParts,
  place: Place | undefined,
  isHandled: boolean,
): AsyncGenerator<Finding> {
  const stage = 'group'
  if (place === undefined) {
    yield { stage, state: 'unknown', code: 'group_unknown', facts: { group: GROUP } }
    return
  }
  const committed = await admin.committed(GROUP, [TOPIC])
  const next = committed.find(({ partition }) => partition === place.partition)?.offset ?? 0n
  const behind = next <= place.offset ? Number(place.offset - next) + 1 : 0
  const facts = { group: GROUP, committed_offset: Number(next), records_before: behind }
  const isPassed = behind === 0 || isHandled
  if (isPassed) yield { stage, state: 'passed', code: 'group_passed', facts }
  else yield { stage, state: 'waiting', code: 'group_behind', facts }
}

const inboxOf = async ({ database }: TraceParts, eventId: string) =>
  (await readInbox(database, GROUP, [eventId])).get(eventId)

async function* inbox(
  { database }: TraceParts,
  eventId: string | undefined,
  handled: Awaited<ReturnType<typeof inboxOf>>,
): AsyncGenerator<Finding> {
  const stage = 'inbox'
  if (handled !== undefined) {
    const facts = { handled_at: iso(handled.handledAtMs) }
    if (handled.isGivenUp) yield { stage, state: 'stopped', code: 'inbox_given_up', facts }
    else yield { stage, state: 'passed', code: 'inbox_handled', facts }
    return
  }
  const letter = eventId === undefined ? undefined : await deadLetterOf(database, eventId)
  if (letter === undefined) {
    yield { stage, state: 'unknown', code: 'inbox_forgotten', facts: {} }
    return
  }
  const { state, errorCode, failedAtMs, redrives } = letter
  const facts = { letter: state, error_code: errorCode, failed_at: iso(failedAtMs), redrives }
  yield { stage, state: 'stopped', code: 'inbox_dead_letter', facts }
}

async function deadLetterOf(database: Database, eventId: string) {
  const states = ['open', 'quarantined', 'redriving', 'discarding', 'following'] as const
  const query = { group: GROUP, states, selection: { eventId }, limit: 1 }
  const [letter] = await postgresDeadLetters(database).list(query)
  return letter
}

async function* line(
  { database, told: findTold, toldMs, clock }: TraceParts,
  sought: {
    readonly userId: number
    readonly roomId: number
    readonly messageId: string
    readonly createdAtMs: number
  },
): AsyncGenerator<Finding, Told | undefined> {
  const stage = 'line'
  const { userId, roomId, messageId, createdAtMs } = sought
  const told = await findTold(database, userId, roomId, messageId)
  if (told !== undefined) {
    const { userSeq, type, atMs, isQuiet: quiet } = told
    const place = told.roomId === undefined ? { user_seq: userSeq } : { room_seq: userSeq }
    const facts = { ...place, type, told_at: iso(atMs), quiet }
    yield { stage, state: 'passed', code: 'line_told', facts }
    return told
  }
  const isOld = createdAtMs < clock.nowMs() - toldMs
  if (isOld) yield { stage, state: 'unknown', code: 'line_forgotten', facts: {} }
  else yield { stage, state: 'stopped', code: 'line_not_told', facts: {} }
  return undefined
}

async function stream({ streamsOf }: TraceParts, userId: number, told: Told): Promise<Finding> {
  const stage = 'stream'
  const streams = await streamsOf(userId)
  if (streams === undefined) return { stage, state: 'unknown', code: 'stream_unasked', facts: {} }
  const { userSeq, roomId } = told
  const seqOf = ({ lastSeq, rooms }: (typeof streams)[number]) =>
    roomId === undefined ? lastSeq : (rooms.find(([id]) => id === roomId)?.[1] ?? 0)
  const behind = streams.filter((one) => seqOf(one) < userSeq).length
  const facts = { streams: streams.length, behind }
  if (streams.length === 0) return { stage, state: 'waiting', code: 'stream_absent', facts }
  if (behind > 0) return { stage, state: 'stopped', code: 'stream_behind', facts }
  return { stage, state: 'passed', code: 'stream_sent', facts }
}

/** Undefined for what is no event of ours. */
function messageIdOf(value: Uint8Array): unknown {
  try {
    return (JSON.parse(new TextDecoder().decode(value)) as { message_id?: unknown }).message_id
  } catch {
    return undefined
  }
}
