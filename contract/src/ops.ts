// The operator's words: how groups, topics, dead letters and the outbox stand, and helping by hand.
import { Id, text, Timestamp } from 'sosik/catalogue'
import { type TString, Type } from 'typebox'
import { OPERATOR_RIGHTS, type OperatorRight } from './access.ts'
import { messenger } from './catalogue.ts'
import { page } from './page.ts'
import { route } from './route.ts'

const OPERATOR = { auth: 'operator', access: 'operator' } as const
const REDRIVER = { auth: 'operator', access: 'redriver' } as const
const DISCARDER = { auth: 'operator', access: 'discarder' } as const

/** Of a list; the toolkit's own when left out. */
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }))
const Count = Type.Integer({ minimum: 0 })
const Since = Type.Union([Timestamp, Type.Null()])
const GROUPS = messenger.groups.map(({ name }) => Type.Literal(name))
/** One of them; to types any text. */
const Group = Type.Union(GROUPS) as unknown as TString
/** Who asks, for the audit; where the token has a name, that one counts. */
const By = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
/** As the command line writes it: text, or `\x00ff`. */
const Key = text(1_000)
/** What a person asked for, in words. */
const Words = Type.Record(Type.String(), Type.String())

export const openOperatorSession = route('POST /ops/session', {
  auth: 'nobody',
  access: 'anybody',
  rate: 'operator_sign_in',
  status: 204,
  body: { token: Type.String({ minLength: 1, maxLength: 1_000 }) },
  problems: ['operator_token_wrong'],
  says: "The operator's token for a cookie of twelve hours, which operator routes take.",
})

export const closeOperatorSession = route('DELETE /ops/session', {
  auth: 'nobody',
  access: 'anybody',
  status: 204,
  says: "Takes the operator's cookie away.",
})

const GroupMember = Type.Object({
  member_id: Type.String(),
  /** Null where the members and the log are one process, as is the host. */
  client_id: Type.Union([Type.String(), Type.Null()]),
  host: Type.Union([Type.String(), Type.Null()]),
  /** What it holds. */
  topics: Type.Array(Type.Object({ topic: Type.String(), partitions: Type.Array(Count) })),
})

const RIGHTS = OPERATOR_RIGHTS.map((right) => Type.Literal(right))
/** One of them. */
const Right = Type.Unsafe<OperatorRight>(Type.Union(RIGHTS))

export const readOperatorSession = route('GET /ops/session', {
  ...OPERATOR,
  answer: Type.Object({
    /** Null where the token is nobody's own. */
    name: Type.Union([Type.String(), Type.Null()]),
    rights: Type.Array(Right),
  }),
  says: 'Who operates by this token, and what they may do.',
})

const GroupState = Type.Object({
  group: Type.String(),
  /** Partitions of one that is rebalancing change hands; an empty one has no members. */
  state: Type.Union([Type.Literal('empty'), Type.Literal('rebalancing'), Type.Literal('stable')]),
  members: Type.Array(GroupMember),
  topics: Type.Array(Type.Object({ topic: Type.String(), lag: Count })),
  /** Records that the group has not handled yet. */
  lag: Count,
  /** Age of the oldest of them. */
  lag_ms: Count,
  /** Dead letters that have not ended, whatever their state. */
  dead_letters: Count,
  /** Keys whose later events wait. */
  parked_keys: Count,
  oldest_parked_at: Since,
  oldest_open_at: Since,
})

export const readGroups = route('GET /ops/groups', {
  ...OPERATOR,
  answer: page(GroupState),
  says: 'How far each consumer group is behind, who is in it, and what it has failed for good.',
})

export const readTopics = route('GET /ops/topics', {
  ...OPERATOR,
  answer: page(
    Type.Object({
      topic: Type.String(),
      /** Negative for ever. */
      retention_ms: Type.Integer(),
      replicas: Count,
      partitions: Type.Array(
        Type.Object({ partition: Count, first_offset: Count, end_offset: Count }),
      ),
    }),
  ),
  says: 'The topics and dead letter topics that exist, with the offsets of each partition.',
})

export const DeadLetterState = Type.Union([
  Type.Literal('open'),
  Type.Literal('quarantined'),
  Type.Literal('redriving'),
  Type.Literal('discarding'),
  Type.Literal('following'),
  Type.Literal('redriven'),
  Type.Literal('discarded'),
])

const DeadLetter = Type.Object({
  /** Where the event itself lies. */
  topic: Type.String(),
  partition: Count,
  offset: Count,
  key: Type.Union([Type.String(), Type.Null()]),
  type: Type.String(),
  event_id: Type.String(),
  state: DeadLetterState,
  code: Type.String(),
  error: Type.String(),
  failed_at: Timestamp,
  redrives: Count,
  /** Later events of its key wait for it. */
  parks: Type.Boolean(),
})

/** Every field that is given must fit. */
const letterSelection = {
  type: Type.Optional(text(100)),
  key: Type.Optional(Key),
  code: Type.Optional(text(100)),
  topic: Type.Optional(text(249)),
  partition: Type.Optional(Count),
  offset: Type.Optional(Count),
  failed_from: Type.Optional(Timestamp),
  failed_before: Type.Optional(Timestamp),
}

export const listDeadLetters = route('GET /ops/dead-letters', {
  ...OPERATOR,
  query: {
    group: Group,
    ...letterSelection,
    /** All that have not ended, when left out. */
    state: Type.Optional(DeadLetterState),
    limit: Limit,
  },
  answer: page(DeadLetter),
  says: "A group's dead letters by their place, without what their events say of anybody.",
})

const asked = {
  group: Group,
  selection: Type.Object(letterSelection, { additionalProperties: false }),
  /** Nothing is asked for by leaving the selection empty. */
  all: Type.Optional(Type.Boolean({ default: false })),
  /** Those that are quarantined, instead of those that are open. */
  quarantined: Type.Optional(Type.Boolean({ default: false })),
  dry_run: Type.Optional(Type.Boolean({ default: false })),
  /** At most so many, the first by their places. */
  cap: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  by: By,
}

const Asked = Type.Object({
  /** Null for a dry run, which asks for nothing. */
  run_id: Type.Union([Type.String(), Type.Null()]),
  selected: Count,
  /** Of a dry run only. */
  letters: Type.Array(DeadLetter),
})

export const redriveDeadLetters = route('POST /ops/dead-letters/redrive', {
  ...REDRIVER,
  body: asked,
  answer: Asked,
  says: 'Has the group handle dead letters again, within seconds, and what waits behind them.',
})

export const discardDeadLetters = route('POST /ops/dead-letters/discard', {
  ...DISCARDER,
  body: asked,
  answer: Asked,
  says: 'Gives dead letters up for ever, and has the group handle what waits behind them.',
})

export const listRedriveRuns = route('GET /ops/dead-letters/runs', {
  ...OPERATOR,
  query: { group: Group, limit: Limit },
  answer: page(
    Type.Object({
      run_id: Type.String(),
      action: Type.Union([Type.Literal('redrive'), Type.Literal('discard')]),
      by: Type.String(),
      at: Timestamp,
      selection: Words,
      quarantined: Type.Boolean(),
      cap: Count,
      selected: Count,
      succeeded: Count,
      failed: Count,
      followers: Count,
      unfinished: Count,
    }),
  ),
  says: 'Who asked for which redrive or discard, and what came of it; newest first.',
})

export const readOutbox = route('GET /ops/outbox', {
  ...OPERATOR,
  answer: Type.Object({
    unsent: Count,
    oldest_unsent_ms: Count,
    held_keys: Count,
    parked_keys: Count,
    held_rows: Count,
    relays: Count,
    last_error: Type.Union([
      Type.Object({ code: Type.String(), error: Type.String(), at: Timestamp }),
      Type.Null(),
    ]),
  }),
  says: 'What waits to be published, and what holds it up; counted up to 50,000.',
})

export const listHeldKeys = route('GET /ops/outbox/held', {
  ...OPERATOR,
  query: { limit: Limit },
  answer: page(
    Type.Object({
      row_id: Id,
      topic: Type.String(),
      key: Type.String(),
      type: Type.String(),
      event_id: Type.String(),
      /** Not tried again until somebody releases or discards it. */
      parked: Type.Boolean(),
      attempts: Count,
      /** Unsent rows of the key, the refused one included. */
      waiting: Count,
      held_at: Timestamp,
      code: Type.String(),
      error: Type.String(),
    }),
  ),
  says: 'The rows that the log refused, each with the key that waits behind it.',
})

export const releaseHeldKeys = route('POST /ops/outbox/release', {
  ...REDRIVER,
  body: {
    selection: Type.Object(
      {
        row_id: Type.Optional(Id),
        topic: Type.Optional(text(249)),
        key: Type.Optional(Key),
        code: Type.Optional(text(100)),
      },
      { additionalProperties: false },
    ),
    all: Type.Optional(Type.Boolean({ default: false })),
    by: By,
  },
  answer: Type.Object({ released: Count }),
  says: 'Has held and parked keys tried again at once.',
})

export const discardHeldRow = route('POST /ops/outbox/discard', {
  ...DISCARDER,
  body: { row_id: Id, by: By },
  answer: Type.Object({ discarded: Type.Boolean() }),
  says: 'Leaves a refused row out for good; false when it holds back no key any more.',
})

export const listOutboxActions = route('GET /ops/outbox/actions', {
  ...OPERATOR,
  query: { limit: Limit },
  answer: page(
    Type.Object({
      action: Type.String(),
      by: Type.String(),
      at: Timestamp,
      selection: Words,
      done: Count,
    }),
  ),
  says: 'Who released, discarded or republished what of the outbox; newest first.',
})
