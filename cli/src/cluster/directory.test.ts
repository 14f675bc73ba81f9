// Whose a data directory is, and what a reset may delete.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { brokerCountFor, openDirectory, resetDirectory, takeDirectory } from './directory.ts'
import { birthOf } from './identity.ts'
import { portsFrom } from './ports.ts'
import { type ClusterState, newState, readState, writeState } from './state.ts'
import { stopRunning } from './stop.ts'

function scratch(context: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'sosik-directory-'))
  context.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function stateIn(dataDir: string, parts: ClusterState['parts'] = []): ClusterState {
  const state = newState({
    clusterId: 'any',
    brokerCount: 3,
    ports: portsFrom(20_000, 3),
    runId: 'run-1',
    phase: 'ready',
    parts,
  })
  writeState(dataDir, state)
  return state
}

const thisProcess = {
  name: 'redis',
  pid: process.pid,
  birth: birthOf(process.pid) ?? '',
  stopSignal: 'SIGTERM',
} as const

test('a directory with other files is refused and left as it is', (context) => {
  const dir = scratch(context)
  writeFileSync(join(dir, 'thesis.txt'), 'years')
  assert.throws(() => takeDirectory(dir), /holds thesis\.txt.*choose another --data/)
  assert.throws(() => resetDirectory(dir), /holds thesis\.txt/)
  assert.deepEqual(readdirSync(dir), ['thesis.txt'])
})

test('a state file that another program wrote is not ours', (context) => {
  const dir = scratch(context)
  for (const text of ['{}', 'not json', '{"madeBy":"sosik cluster","version":99}']) {
    writeFileSync(join(dir, 'state.json'), text)
    assert.throws(() => resetDirectory(dir), /was not written by this sosik/)
  }
})

test('a reset removes what a cluster made, and nothing else beside it', (context) => {
  const dir = scratch(context)
  stateIn(dir)
  for (const name of ['kafka', 'postgres', 'redis', 'mine']) mkdirSync(join(dir, name))
  resetDirectory(dir)
  const left = readdirSync(dir).filter((name) => !name.startsWith('start.lock'))
  assert.deepEqual(left, ['mine'])
})

test('a running cluster is neither reset nor started again', (context) => {
  const dir = scratch(context)
  stateIn(dir, [thisProcess])
  assert.throws(() => resetDirectory(dir), /A cluster runs in .*--kill/)
  assert.throws(() => openDirectory(dir), /A cluster runs/)
  assert.equal(existsSync(join(dir, 'state.json')), true)
})

test('only one starter at a time has the directory', (context) => {
  const dir = scratch(context)
  const release = takeDirectory(dir)
  assert.throws(() => takeDirectory(dir), /Another process is starting a cluster/)
  release()
  takeDirectory(dir)()
})

test('a process that has the pid of a former part is not stopped', async (context) => {
  const dir = scratch(context)
  stateIn(dir, [{ ...thisProcess, birth: 'some other process' }])
  assert.deepEqual(await stopRunning(dir), [])
  assert.equal(readState(dir)?.phase, 'stopped')
})

test('a watchdog of a former run does not touch the present one', async (context) => {
  const dir = scratch(context)
  const state = stateIn(dir, [thisProcess])
  assert.deepEqual(await stopRunning(dir, 'run-0'), [])
  assert.deepEqual(readState(dir), state)
})

test('the number of brokers stays what the data was made with', (context) => {
  const state = stateIn(scratch(context))
  assert.equal(brokerCountFor(undefined, undefined), 3)
  assert.equal(brokerCountFor(1, undefined), 1)
  assert.equal(brokerCountFor(undefined, state), 3)
  assert.throws(() => brokerCountFor(1, state), /made with --brokers 3.*--reset/)
})
