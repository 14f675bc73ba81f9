// The runner itself, as a process: what it counts, and what it does not let pass.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { after } from 'node:test'

const RUN = join(import.meta.dirname, '../run.ts')
const folder = mkdtempSync(join(tmpdir(), 'sosik-runner-'))
after(() => rmSync(folder, { recursive: true }))

/** Named so that nothing is started: these tests need no parts. */
const PARTS = { KAFKA_BROKERS: 'none', DATABASE_URL: 'none', REDIS_URL: 'none' }

async function runner(environment: Record<string, string>, ...bodies: string[]) {
  const files = bodies.map((body, at) => {
    const file = join(folder, `${at}.test.ts`)
    writeFileSync(file, `import test from 'node:test'\n${body}`)
    return file
  })
  const child = spawn(process.execPath, [RUN, ...files], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { output, last: output.trimEnd().split('\n').at(-1), code: code as number }
}

const PASS = "test('one', () => {})\n"
const FAIL = "test('two', () => { throw new Error('because') })\n"
const SKIP = "const why = 'no reason'\ntest('three', { skip: why }, () => {})\n"

test('passed tests are counted one by one, in one line a file', async () => {
  const { output, last, code } = await runner(PARTS, PASS + PASS, PASS)
  assert.deepEqual([last, code], ['3 passed, 0 failed', 0])
  assert.match(output, /0\.test\.ts \(2 passed, /)
})

test('a failed test is shown with its reason, and fails the run', async () => {
  const { output, last, code } = await runner(PARTS, PASS + FAIL)
  assert.deepEqual([last, code], ['1 passed, 1 failed', 1])
  assert.match(output, /two[^]*Error: because/)
})

test('a file that is broken, or holds no test, has failed', async () => {
  const { last, code } = await runner(PARTS, PASS, "import './nothing.ts'", 'void test')
  assert.deepEqual([last, code], ['1 passed, 2 failed', 1])
})

test('a skipped test is told, and has failed in CI', async () => {
  const here = await runner(PARTS, PASS + SKIP)
  assert.deepEqual([here.last, here.code], ['1 passed, 0 failed, 1 skipped', 0])
  const inCi = await runner({ ...PARTS, CI: 'true' }, PASS + SKIP)
  assert.deepEqual([inCi.last, inCi.code], ['1 passed, 1 failed', 1])
  assert.match(inCi.output, /three.*no reason/)
})

test('parts that cannot be started fail the run, which says why', async () => {
  const { output, last, code } = await runner({ PATH: '', HOME: folder }, PASS)
  assert.deepEqual([last, code], ['0 passed, 1 failed', 1])
  assert.match(output, /real parts[^]*apt-get install/)
})
