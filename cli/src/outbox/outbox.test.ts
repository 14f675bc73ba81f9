// `sosik outbox` on a real database: what it tells, what it changes, and what it says to mistakes.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test, { after, before, beforeEach } from 'node:test'
import { outboxMigrations, postgresOutboxStore } from 'sosik'
import { migrate } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { sentQueryOf } from './republish.ts'
import { rangesOf } from './status.ts'

const MAIN = new URL('../main.ts', import.meta.url).pathname
const DENIED = { errorCode: 'SOSIK_LOG_REFUSED', error: 'not allowed' }

let database: Awaited<ReturnType<typeof scratchDatabase>>
let ids: number[]

before(async () => {
  database = await scratchDatabase()
  await migrate(database, outboxMigrations)
})
beforeEach(fill)
after(() => database.close())

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function sosik(args: readonly string[], url = database.url): Promise<Ended> {
  const env = { DATABASE_URL: url }
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'outbox', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

async function jsonOf<Answer>(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await sosik([...args, '--json'])
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as Answer
}

/** Two keys that the log refuses, one of them parked, and a row that goes. */
async function fill(): Promise<void> {
  await database.query('truncate outbox, outbox_hold, outbox_relay, outbox_action')
  await database.query('update outbox_lease set owner = null')
  const rows = await database.query<{ id: number }>(`
    insert into outbox (lane, topic, key, event_id, event_type, value, headers)
    select n, 'orders', convert_to(key, 'utf8'), 'e' || n, 'OrderPlaced', '{}', '[]'
    from (values (1, '4'), (1, '4'), (2, '방'), (3, '9')) as given (n, key)
    returning id`)
  ids = rows.map(({ id }) => id)
  const store = postgresOutboxStore(database)
  const { leases } = await store.lease('relay-1', new Set())
  const refusals = [ids[0] ?? 0, ids[2] ?? 0].map((rowId) => ({ rowId, ...DENIED }))
  await store.hold(leases, refusals)
  for (const refusal of refusals.slice(0, 1)) await store.refusedHeld(leases, refusal, null)
}

const unsent = async () => (await postgresOutboxStore(database).status()).unsent

test('status tells what waits, who has which buckets, and the last error', async () => {
  const { stdout } = await sosik(['status'])
  assert.match(stdout, /UNSENT .*PARKED-KEYS/)
  assert.match(stdout, /^1 +\d+ s +2 +1 +3 +1$/m)
  assert.match(stdout, /^relay-1 +0-63 +\d+ +(for|ended) /m)
  assert.match(stdout, /SOSIK_LOG_REFUSED: not allowed/)
  const status = await jsonOf<{ unsent: number; buckets: object[] }>('status')
  assert.deepEqual([status.unsent, status.buckets.length], [1, 64])
})

test('held tells which rows hold back their key, and why', async () => {
  const { stdout } = await sosik(['held'])
  assert.match(
    stdout,
    /^\d+ +orders +4 +OrderPlaced +parked +0 +2 .*SOSIK_LOG_REFUSED +not allowed/m,
  )
  const held = await jsonOf<{ key: string; rowId: number }[]>('held', '--key', '방')
  assert.deepEqual(
    held.map(({ key, rowId }) => [key, rowId]),
    [['방', ids[2]]],
  )
  assert.equal((await jsonOf<object[]>('held', '--parked')).length, 1)
})

test('a whole topic is released by the code that it was refused with', async () => {
  const selection = ['--topic', 'orders', '--code', DENIED.errorCode]
  assert.deepEqual(await jsonOf('release', ...selection, '--by', 'Minsu'), { released: 2 })
  assert.equal(await unsent(), 4)
  const again = await sosik(['release', ...selection])
  assert.equal(again.code, 1)
  assert.match(again.stderr, /No held key is like that/)
  const [audit] = await jsonOf<{ requestedBy: string; done: number }[]>('actions', '--limit', '2')
  assert.equal(audit?.done, 0)
  const { stdout } = await sosik(['actions'])
  assert.match(stdout, /Minsu +release +2 +topic=orders errorCode=SOSIK_LOG_REFUSED/)
})

test('nothing is released, and nothing discarded, without a word that says so', async () => {
  for (const args of [['release'], ['release', '--all', '--topic', 'orders']]) {
    const { code, stderr } = await sosik(args)
    assert.equal(code, 1)
    assert.match(stderr, /Say which: --row, --topic, --key and --code, or --all/)
  }
  const { code, stderr } = await sosik(['discard', String(ids[0])])
  assert.equal(code, 1)
  assert.match(stderr, /This would leave OrderPlaced e1 of key 4 in orders out .*--yes/)
  assert.equal(await unsent(), 1)
})

test('a discarded row is left out, and its key goes on', async () => {
  const { stderr } = await sosik(['discard', String(ids[0]), '--yes', '--by', 'Minsu'])
  assert.match(stderr, /is left out/)
  assert.equal(await unsent(), 2)
  const [audit] = await jsonOf<{ selection: Record<string, string> }[]>('actions')
  assert.equal(audit?.selection['eventId'], 'e1')
  const again = await sosik(['discard', String(ids[0]), '--yes'])
  assert.match(again.stderr, /holds back no key/)
})

test('what was sent is counted by a dry run, and sent again without', async () => {
  await database.query('update outbox set sent_at = now() where id = $1', [ids[3]])
  const from = String(ids[0])
  assert.deepEqual(await jsonOf('republish', '--from', from, '--dry-run'), { found: 1 })
  assert.equal(await unsent(), 0)
  const none = await sosik(['republish', '--from', '2026-01-27T10:00:00Z', '--topic', 'bills'])
  assert.match(none.stderr, /republish: 0 rows/)
  const { stderr } = await sosik(['republish', '--from', from, '--to', String((ids[3] ?? 0) + 1)])
  assert.match(stderr, /republish: 1 rows/)
  assert.equal(await unsent(), 1)
})

test('from and to are rows or times', () => {
  assert.deepEqual(sentQueryOf({ from: '12', to: '15' }), { fromId: 12, toId: 15 })
  const fromMs = Date.UTC(2026, 0, 27, 10)
  const query = { fromMs, topic: 'orders' }
  assert.deepEqual(sentQueryOf({ from: '2026-01-27T10:00:00Z', topic: 'orders' }), query)
  assert.throws(() => sentQueryOf({ from: 'yesterday' }), /is no time; write it as/)
})

test('mistakes are told in sentences', async () => {
  const mistakes: [string[], string | undefined, RegExp][] = [
    [['status'], '', /No database: give --database/],
    [['status'], 'nowhere', /written as postgres:/],
    [['status'], 'postgres://sosik@127.0.0.1:1/sosik', /does not answer/],
    [['discard', 'first'], undefined, /whole number/],
    [['republish', '--from', 'yesterday'], undefined, /no time; write it as/],
  ]
  for (const [args, url, sentence] of mistakes) {
    const { code, stderr } = await sosik(args, url)
    assert.equal(code, 1, args.join(' '))
    assert.match(stderr, sentence)
    assert.doesNotMatch(stderr, /\n +at /)
  }
})

test('buckets are told as ranges', () => {
  assert.equal(rangesOf([0, 1, 2, 5, 7, 8]), '0-2,5,7-8')
})
