// Real processes that die: of a record, and of a kill -9 with a stuck key at the head.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { diskStorage } from '../embedded/disk.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { until } from '../testing/until.ts'
import { openStage, type Stage } from './stage.ts'

const PROCESSES_MAX = 8
const COMMIT_INTERVAL_MS = 100
/** What a commit may take on a busy machine, until it is acknowledged. */
const COMMIT_MS_MAX = 250
/** As the group has it. */
const CONCURRENCY = 16
const STUCK_CUSTOMER = 9_999

interface Line {
  readonly beganMs: number
  readonly note: string
}

interface Ground {
  /** Opens the log here, which no process may have open then. */
  onLog<Answer>(work: (stage: Stage) => Promise<Answer>): Promise<Answer>
  start(): ChildProcess
  /** The handlers that began, in that order. */
  lines(): Promise<Line[]>
}

async function ground(context: TestContext): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-crash-'))
  const children: ChildProcess[] = []
  context.after(async () => {
    for (const child of children) {
      const isOver = child.exitCode !== null || child.signalCode !== null
      if (!isOver && child.kill('SIGKILL')) await once(child, 'exit')
    }
    await rm(folder, { recursive: true })
  })
  const linesFile = join(folder, 'lines')
  return {
    async onLog(work) {
      const stage = await openStage({ log: embeddedEventLog({ storage: diskStorage(folder) }) })
      try {
        return await work(stage)
      } finally {
        await stage.close()
      }
    },
    start() {
      const words = [folder, linesFile, String(COMMIT_INTERVAL_MS)]
      const child = fork(new URL('crash-process.ts', import.meta.url), words)
      children.push(child)
      return child
    },
    async lines() {
      const text = await readFile(linesFile, 'utf8').catch(() => '')
      const whole = text.split('\n').filter((line) => line !== '')
      return whole.map((line) => {
        const space = line.indexOf(' ')
        return { beganMs: Number(line.slice(0, space)), note: line.slice(space + 1) }
      })
    },
  }
}

/** One after the other over the customers from 1 on. */
const place = (stage: Stage, notes: readonly string[], customers: number) =>
  stage.producer.publishAll(
    notes.map((note, at) => stage.OrderPlaced.of({ customer_id: (at % customers) + 1, note })),
  )

test('a record that kills its process is a dead letter unrun in the fourth', async (context) => {
  const { onLog, start, lines } = await ground(context)
  const notes = Array.from({ length: 60 }, (_, at) => (at === 25 ? 'poison' : `order ${at}`))
  await onLog((stage) => place(stage, notes, 20))
  let deaths = 0
  for (; deaths < PROCESSES_MAX; deaths += 1) {
    const [code, signal] = await once(start(), 'exit')
    if (code === 0) break
    assert.equal(signal, 'SIGKILL')
  }
  assert.equal(deaths, 3)
  const handled = (await lines()).map(({ note }) => note)
  assert.equal(handled.filter((note) => note === 'poison').length, 3)
  assert.deepEqual(
    notes.filter((note) => !handled.includes(note)),
    [],
  )
  const letters = await onLog((stage) => stage.deadLetters())
  assert.deepEqual(
    letters.map(({ body }) => [body.error_code, body.original_offset]),
    [['SOSIK_CRASH_POISON', 25]],
  )
})

test('after a kill -9 little more than what was in flight is handled again', async (context) => {
  const { onLog, start, lines } = await ground(context)
  const notes = Array.from({ length: 5_000 }, (_, at) => `order ${at}`)
  await onLog(async (stage) => {
    await stage.place('stuck', STUCK_CUSTOMER)
    await place(stage, notes, 2_000)
  })
  const first = start()
  await until('many handled', async () => (await lines()).length > 3_000)
  first.kill('SIGKILL')
  const killedMs = Date.now()
  await once(first, 'exit')
  const before = await lines()
  start()
  const isWhole = async () => new Set((await lines()).map(({ note }) => note)).size === 5_001
  await until('the rest', isWhole)
  const again = (await lines()).length - 5_001
  const sinceMs = killedMs - COMMIT_INTERVAL_MS - COMMIT_MS_MAX
  const inInterval = before.filter(({ beganMs }) => beganMs >= sinceMs).length
  context.diagnostic(
    `killed after ${before.length} records with the first one stuck: ${again} handled again, ` +
      `${inInterval} begun within the last commit interval`,
  )
  assert.ok(again <= CONCURRENCY + inInterval, `${again} again`)
  assert.ok(inInterval < before.length, 'the bound says something')
})
