// `sosik dlq` as it is typed: on a log and a database in this process, with a member at work.
import assert from 'node:assert/strict'
import test, { after, afterEach, before, beforeEach } from 'node:test'
import type { EventLog } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import type { Database } from 'sosik/postgres'
import { scratchPglite, until } from 'sosik/testing'
import { dlq, openStage, type Said, type Stage } from './stage.ts'

const GROUP = 'dlq-test.billing'
const TOPIC = 'dlq-test.orders'

let database: Database
let log: EventLog
let stage: Stage

before(async () => {
  database = await scratchPglite()
})

beforeEach(async () => {
  log = embeddedEventLog({ storage: memoryStorage() })
  stage = await openStage(log, database)
  for (const note of ['matcha', 'mocha']) stage.poison.add(note)
  await stage.place('ann', 'tea')
  await stage.place('ben', 'matcha')
  await stage.place('ben', 'milk')
  await stage.place('cho', 'mocha')
  await stage.place('ann', 'sugar')
  await until('the dead letters', async () => (await list()).length === 2)
  await until("Ann's orders", () => stage.effects.length === 2)
  await until("Ben's line", () => stage.account().parked === 1)
})

afterEach(async () => {
  await stage.close()
  await log.close()
  await database.query('truncate dead_letter, redrive_run, inbox')
})

after(() => database.close())

const run = (line: string): Promise<Said> => dlq(stage, line)
const jsonOf = <Json>({ out }: Pick<Said, 'out'>) => JSON.parse(out) as Json
const list = async (line = '') => {
  const said = await run(`list --json${line && ` ${line}`}`)
  return jsonOf<Record<string, string>[]>(said)
}

test('a list names each dead letter and sums its group up', async () => {
  const { out, err, code } = await run('list')
  const [head = '', first = '', second = ''] = out.split('\n')
  assert.match(head, /^GROUP +AT +KEY +TYPE +STATE +FAILED +REDRIVES +CODE +ERROR$/)
  assert.match(
    first,
    /^dlq-test\.billing +dlq-test\.orders\/0\/1 +ben +OrderPlaced +open +2\S+Z +0 /,
  )
  assert.match(first, / SOSIK_DOMAIN +There is no /)
  assert.match(second, /orders\/0\/3 +cho /)
  const summary =
    /^dlq: dlq-test\.billing: 2 have not ended, the oldest open for \d+ s; 2 keys wait, /m
  assert.match(err, summary)
  assert.equal(code, 0)
})

test('what an event says does nothing to the terminal', async () => {
  assert.ok((await list())[0]?.error?.includes('\u001b'))
  for (const line of ['list', `show ${TOPIC}/0/1`]) {
    assert.ok(!(await run(line)).out.includes('\u001b'), line)
  }
})

test('a list is by group, state, type, key, code, time, id and place', async () => {
  const [ben, cho] = await list()
  assert.ok(ben && cho)
  const at = (rows: readonly Record<string, string>[]) => rows.map((row) => row.key).join()
  assert.equal(at(await list('--key ben')), 'ben')
  assert.equal(at(await list('--keyless')), '')
  assert.equal(at(await list('--code SOSIK_DOMAIN')), 'ben,cho')
  assert.equal(at(await list('--code SOSIK_SCHEMA')), '')
  assert.equal(at(await list(`--id ${cho.id}`)), 'cho')
  assert.equal(at(await list(`--at ${TOPIC}/0/3 --type OrderPlaced`)), 'cho')
  assert.equal(at(await list(`--topic ${TOPIC} --limit 1`)), 'ben')
  assert.equal(at(await list('--from 2100-01-01')), '')
  assert.equal(at(await list('--before 2100-01-01')), 'ben,cho')
  assert.equal(at(await list('--state redriven discarded')), '')
  assert.equal(at(await list('dlq-test.mail')), '')
})

test('a letter is shown whole, and its payload only when that is asked for', async () => {
  const { out } = await run(`show ${TOPIC}/0/1`)
  for (const line of [
    /^dead letter$/m,
    /^ {2}state +open$/m,
    /^ {2}key +ben$/m,
    /^ {2}family +kafka$/m,
    /^ {2}attempts +1$/m,
    /^ {2}__dlq\.errors\.group +dlq-test\.billing$/m,
    /^ {2}ce_type +OrderPlaced$/m,
    /^waiting\n {2}dlq-test\.orders\/0\/2$/m,
    /^ {2}shown +with --payload$/m,
  ]) {
    assert.match(out, line)
  }
  assert.doesNotMatch(out, /"note"/)
  assert.match((await run(`show ${TOPIC}/0/1 --payload`)).out, /"note":"matcha"/)
  const letter = await run(`show ${TOPIC}.dlq/0/0`)
  assert.match(letter.out, /^ {2}event +dlq-test\.orders\/0\/1$/m)
  assert.doesNotMatch(letter.out, /"note"/)
})

test('where nothing lies is said, with what to do', async () => {
  const event = await run(`show ${TOPIC}/0/0`)
  assert.match(event.err, /^sosik: dlq-test\.orders\/0\/0 is no dead letter .* `sosik dlq list`/)
  assert.equal(event.code, 1)
  assert.match((await run(`show ${TOPIC}.dlq/0/99`)).err, /^sosik: Nothing lies at /)
  assert.match((await run('show nonsense')).err, /write it as topic\/partition\/offset\.$/m)
})

test('a redrive says which ones, tries first, and waits for the members', async () => {
  assert.match((await run(`redrive ${GROUP}`)).err, /^sosik: Say which: --type, .* or --all\.$/m)
  const dry = await run(`redrive ${GROUP} --all --dry-run`)
  assert.match(dry.err, /^redrive: would take these 2, in 0 s or more; nothing was asked for$/m)
  assert.equal((await list()).length, 2)
  assert.match((await run('runs')).err, /nobody has asked for anything yet/)

  stage.poison.delete('matcha')
  const { err, code } = await run(`redrive ${GROUP} --key ben --by minsu --rate 100`)
  assert.match(
    err,
    /^redrive: of 1 of dlq-test\.billing 1 redriven, 0 failed again, 1 handled that/m,
  )
  assert.equal(code, 0)
  assert.deepEqual(
    stage.effects.filter((effect) => effect.startsWith('ben')),
    ['ben:matcha', 'ben:milk'],
  )
  const [row] = jsonOf<Record<string, unknown>[]>(await run('runs --json'))
  const { run: id, at, ...rest } = row ?? {}
  assert.ok(id && at)
  assert.deepEqual(rest, {
    group: GROUP,
    action: 'redrive',
    by: 'minsu',
    selection: 'key=ben, at most 1000, 100 a second',
    selected: 1,
    succeeded: 1,
    failed: 0,
    followers: 1,
    unfinished: 0,
  })
})

test('a redrive in vain exits with 3; after three only --quarantined takes it', async () => {
  for (let times = 1; times <= 3; times += 1) {
    const { err, code } = await run(`redrive ${GROUP} --key cho`)
    assert.match(err, /0 redriven, 1 failed again/)
    assert.equal(code, 3)
  }
  const none = await run(`redrive ${GROUP} --key cho`)
  assert.match(none.err, /has none that fits, but 1 quarantined: --quarantined takes them/)
  assert.equal(none.code, 0)
  stage.poison.clear()
  const { code } = await run(`redrive ${GROUP} --key cho --quarantined`)
  assert.equal(code, 0)
  assert.ok(stage.effects.includes('cho:mocha'))
})

test('a cap takes the first and says so; without a wait the run goes on by itself', async () => {
  stage.poison.clear()
  const { err } = await run(`redrive ${GROUP} --all --max 1 --no-wait`)
  assert.match(err, /1 is the most that was asked for; there may be more/)
  assert.match(err, /1 of dlq-test\.billing asked for; `sosik dlq runs dlq-test\.billing`/)
  await until('its end', async () => (await list()).length === 1)
  assert.equal((await list())[0]?.key, 'cho')
})

test('a discard wants --yes; what waits behind the event is handled', async () => {
  const refused = await run(`discard ${GROUP} --key ben`)
  assert.match(refused.err, /^sosik: This would give events up for ever.* Say --yes to do it\.$/m)
  assert.equal(refused.code, 1)
  assert.equal((await list()).length, 2)
  const { err, code } = await run(`discard ${GROUP} --key ben --yes`)
  assert.match(err, /^discard: of 1 of dlq-test\.billing 1 discarded, 0 failed again, 1 handled/m)
  assert.equal(code, 0)
  assert.deepEqual(stage.effects.slice(2), ['ben:milk'])
  assert.equal((await list('--state discarded'))[0]?.key, 'ben')
})

const MISTAKES: Readonly<Record<string, string>> = {
  'No group nobody in the catalogue': 'list nobody',
  'No topic nothing in the catalogue': 'list --topic nothing',
  'yesterday is no time': 'list --from yesterday',
  'Say either --key or --keyless.': 'list --key a --keyless',
  'Say either --topic or --at.': `list --topic ${TOPIC} --at ${TOPIC}/0/1`,
  'Say either --all or which ones.': `redrive ${GROUP} --all --key ben`,
}

test('a mistake is told, and changes nothing', async () => {
  for (const [sentence, line] of Object.entries(MISTAKES)) {
    const { err, code } = await run(line)
    assert.ok(err.startsWith(`sosik: ${sentence}`), err)
    assert.equal(code, 1)
  }
  assert.equal((await list()).length, 2)
})
