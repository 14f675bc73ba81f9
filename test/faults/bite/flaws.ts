// Twelve flaws that the checks must find: a small change of the product each, and what provokes it.
import { notificationGroup } from '@sosik/contract/notification'
import { searchGroup } from '@sosik/contract/search'
import type { Scheduled } from '../nemesis/kind.ts'
import { markText } from '../subject/marks.ts'

export interface Edit {
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
}

export interface Flaw {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The name of the check that must find it. */
  readonly caughtBy: string
  readonly seconds: number
  readonly schedule: readonly Scheduled[]
}

type Parameters = Scheduled['plan']['parameters']

const fault = (
  atS: number,
  kind: string,
  target: string,
  [holdS, parameters = {}]: [number, Parameters?] = [0],
): Scheduled => ({ atMs: atS * 1_000, kind, plan: { target, holdMs: holdS * 1_000, parameters } })

const slow = (group: string, amount: number) => markText({ how: 'slow', group, amount })
const failing = (group: string) => markText({ how: 'throw', group, amount: 99 })
const say = (atS: number, rooms: number, ...contents: string[]) =>
  fault(atS, 'sayings', 'rooms', [0, { rooms, contents: contents.join('\n') }])

const CONSUMER = 'toolkit/src/consumer'
const OUTBOX = 'toolkit/src/outbox'
const INBOX_ADD = 'const answers = await inboxAdd(tx, group, events)'
const notification = notificationGroup.name
const search = searchGroup.name

const consumerFlaws: readonly Flaw[] = [
  {
    name: 'auto-commit on',
    edits: [
      {
        file: `${CONSUMER}/progress.ts`,
        from: 'return this.#taken[this.#first]?.offset ?? this.#end',
        to: 'return this.#end',
      },
    ],
    caughtBy: 'offset regress or jump',
    seconds: 20,
    schedule: [say(4, 4, slow(notification, 2_500)), fault(6, 'kill.consumer', 'notification-1')],
  },
  {
    name: 'commit before effect',
    edits: [
      {
        file: `${CONSUMER}/lanes.ts`,
        from: "// What is given up is not done: the partition's next owner handles it.",
        to: 'this.#progress.done(entry.taken)',
      },
    ],
    caughtBy: 'offset regress or jump',
    seconds: 20,
    schedule: [say(4, 4, slow(notification, 2_500)), fault(6, 'kill.consumer', 'notification-2')],
  },
  {
    name: 'no inbox',
    edits: [
      {
        file: `${CONSUMER}/transact.ts`,
        from: INBOX_ADD,
        to: "const answers: string[] = events.map(() => 'new')",
      },
    ],
    caughtBy: 'lost or double effect',
    seconds: 20,
    schedule: [
      fault(6, 'kill.consumer', 'notification-3'),
      fault(12, 'republish.outbox', 'outbox', [0, { lastMs: 2_000 }]),
    ],
  },
  {
    name: 'no drain on revoke',
    edits: [
      {
        file: `${CONSUMER}/consumer.ts`,
        from: `    await this.#drained(lanes)
    for (const lane of lanes) lane.settle()`,
        to: '    for (const lane of lanes) lane.settle()',
      },
    ],
    caughtBy: 'zombie effect',
    seconds: 45,
    schedule: [
      // It comes back while the others are slow, and is given some of what they have in hand.
      fault(2, 'kill.consumer', 'notification-3', [3]),
      say(6, 12, ...Array<string>(4).fill(slow(notification, 6_000))),
    ],
  },
  {
    name: 'the fence is looked at before the effect',
    edits: [
      {
        file: `${CONSUMER}/transact.ts`,
        from: INBOX_ADD,
        to: `const known = await tx.query<{ event_id: string }>(
    'select event_id from inbox where consumer_group = $1 and event_id = any($2)',
    [group, events.map((event) => event.id)],
  )
  const seen = new Set(known.map((row) => row.event_id))
  const answers: string[] = events.map((event) => (seen.has(event.id) ? 'seen' : 'new'))`,
      },
      {
        file: `${CONSUMER}/transact.ts`,
        from: '  if (following.length > 0) await',
        to: '  await inboxAdd(tx, group, events)\n  if (following.length > 0) await',
      },
    ],
    caughtBy: 'lost or double effect',
    seconds: 30,
    schedule: [
      say(4, 12, slow(notification, 5_000)),
      fault(6, 'pause.consumer', 'notification-1', [13]),
    ],
  },
]

const deadLetterFlaws: readonly Flaw[] = [
  {
    name: 'dead letter not awaited',
    edits: [
      {
        file: 'toolkit/src/dead-letters/bury.ts',
        from: 'const letterOffset = await persist(parts, signal, () => appendLetter(log, letter))',
        to: 'void log.append([letter])\n    const letterOffset: bigint | undefined = 0n',
      },
    ],
    caughtBy: 'dead-letter account',
    seconds: 60,
    schedule: [
      // Both are in hand when the log goes, and the second fails while it is away for 30 s.
      say(4, 1, slow(notification, 5_000), failing(notification)),
      fault(7, 'down.kafka', 'kafka-1 kafka-2 kafka-3', [40]),
    ],
  },
  {
    name: 'redrive past a parked key',
    edits: [
      {
        file: `${CONSUMER}/lanes.ts`,
        from: 'const behind = parking?.keys.behind(lane.key, record.offset)',
        to: 'const behind = undefined as bigint | undefined',
      },
    ],
    caughtBy: 'effect order',
    seconds: 20,
    schedule: [say(4, 3, failing(search), '!after 1', '!after 2', '!after 3')],
  },
]

const publishFlaws: readonly Flaw[] = [
  {
    name: 'id cursor',
    edits: [
      {
        file: `${OUTBOX}/postgres-store.ts`,
        from: 'return (await database.query<Row>(UNSENT, values)).map(rowOf)',
        to: `const rows = (await database.query<Row>(UNSENT, values)).map(rowOf)
      const later = rows.filter((row) => row.id > cursor)
      cursor = Math.max(cursor, ...later.map((row) => row.id))
      return later`,
      },
      {
        file: `${OUTBOX}/postgres-store.ts`,
        from: 'function forRelays(',
        to: 'let cursor = 0\n\nfunction forRelays(',
      },
    ],
    caughtBy: 'lost publish',
    seconds: 20,
    schedule: [
      fault(5, 'pause.api', 'api-1', [1]),
      fault(8, 'pause.api', 'api-2', [1]),
      fault(11, 'pause.api', 'api-1', [1]),
    ],
  },
  {
    name: 'two SKIP LOCKED workers',
    edits: [
      {
        file: `${OUTBOX}/postgres-store.ts`,
        from: 'const leases = await database.query<Lease>(LEASE, values)',
        to: `await database.query<Lease>(LEASE, values)
      const leases = Array.from({ length: 64 }, (_, bucket) => ({ bucket, fence: 0 }))`,
      },
      {
        file: `${OUTBOX}/postgres-store.ts`,
        from: 'return (await database.query<Row>(UNSENT, values)).map(rowOf)',
        to: `const rows = await database.query<Row>(
        \`update outbox set sent_at = 'infinity' where id in (
           select id from outbox where sent_at is null order by id limit 3 for update skip locked)
         returning id, lane, topic, key, event_id, event_type, value, headers\`,
      )
      return rows.map(rowOf).sort((one, other) => one.id - other.id)`,
      },
      {
        file: `${OUTBOX}/statements.ts`,
        from: 'where id = any($1::bigint[]) and sent_at is null and lane & 63 = ${leased(2)}',
        to: 'where id = any($1::bigint[]) and $2::int[] is not null and $3::bigint[] is not null',
      },
    ],
    caughtBy: 'publish order',
    seconds: 30,
    schedule: [],
  },
  {
    name: 'acks=1',
    edits: [
      {
        file: 'toolkit/src/kafka/wire.ts',
        from: 'const ACKS_ALL = -1',
        to: 'const ACKS_ALL = 1',
      },
    ],
    caughtBy: 'lost publish',
    seconds: 35,
    schedule: [
      fault(5, 'kill.leader', 'kafka-1', [1, { aloneMs: 1_200 }]),
      fault(20, 'kill.leader', 'kafka-2', [1, { aloneMs: 1_200 }]),
    ],
  },
  {
    name: 'a retry mints a new event id',
    edits: [
      {
        file: `${OUTBOX}/flights.ts`,
        from: 'headers: row.headers.map(([name, text]) => [name, encoder.encode(text)] as const),',
        to: `headers: row.headers.map(([name, text]) => {
      const again = name === 'ce_id' && sentBefore.has(row.id)
      if (name === 'ce_id') sentBefore.add(row.id)
      return [name, encoder.encode(again ? crypto.randomUUID() : text)] as const
    }),`,
      },
      {
        file: `${OUTBOX}/flights.ts`,
        from: 'const encoder = new TextEncoder()',
        to: 'const encoder = new TextEncoder()\nconst sentBefore = new Set<number>()',
      },
    ],
    caughtBy: 'phantom',
    seconds: 20,
    schedule: [fault(10, 'republish.outbox', 'outbox', [0, { lastMs: 3_000 }])],
  },
]

const streamFlaws: readonly Flaw[] = [
  {
    name: 'Redis-only notifications',
    edits: [
      {
        file: 'services/live/track.ts',
        from: `      if (isOpen && !isReading && news.userSeq === last + 1) pass(news)
      else reach(news.userSeq)`,
        to: '      if (isOpen && !isReading) pass(news)',
      },
      {
        file: 'services/live/track.ts',
        from: '    wanted = Math.max(wanted, head)\n',
        to: '    if (head >= 0) return\n',
      },
    ],
    caughtBy: 'SSE',
    seconds: 25,
    schedule: [
      fault(5, 'restart.redis', 'redis', [2]),
      fault(14, 'cut.readers', 'readers', [0, { readers: 10 }]),
    ],
  },
]

export const FLAWS: readonly Flaw[] = [
  ...consumerFlaws,
  ...deadLetterFlaws,
  ...publishFlaws,
  ...streamFlaws,
]
