// The embedded log on disk keeps the contract, and what it acknowledged through a SIGKILL.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { FolderInUseError } from '../errors.ts'
import { eventLogSuite } from '../testing/log-suite.ts'
import { diskStorage } from './disk.ts'
import { embeddedEventLog } from './embedded-event-log.ts'

eventLogSuite('embedded log on disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-log-'))
  const open = () => embeddedEventLog({ storage: diskStorage(folder) })
  let log = open()
  return {
    log,
    async reopen() {
      await log.close()
      log = open()
      return log
    },
    async close() {
      await log.close()
      await rm(folder, { recursive: true })
    },
  }
})

const KILLS = 4
const ACKNOWLEDGED_BEFORE_KILL = 3000

test('a SIGKILL in mid-load loses nothing that was acknowledged', async (context) => {
  const folder = await temporaryFolder(context)
  const acknowledged = new Map<string, string>()
  let committed = 0n
  for (let kill = 0; kill < KILLS; kill += 1) {
    const load = startLoad(context, folder, String(kill))
    let lines = 0
    for await (const line of createInterface({ input: load.stdout })) {
      const [word = '', place = '', value = ''] = line.split(' ')
      if (word === 'acknowledged') acknowledged.set(place, value)
      if (word === 'committed') committed = BigInt(place)
      lines += 1
      if (lines === ACKNOWLEDGED_BEFORE_KILL) load.kill('SIGKILL')
    }
    assert(lines >= ACKNOWLEDGED_BEFORE_KILL)
  }
  const log = embeddedEventLog({ storage: diskStorage(folder) })
  const found = new Map<string, string>()
  for (const { partition, offset: end } of await log.admin.offsets('load', 'latest')) {
    for await (const record of log.admin.read({ topic: 'load', partition }, 0n, end)) {
      found.set(`${partition}/${record.offset}`, Buffer.from(record.value ?? []).toString())
    }
    for (let offset = 0n; offset < end; offset += 1n) assert(found.has(`${partition}/${offset}`))
  }
  for (const [place, value] of acknowledged) assert.equal(found.get(place), value, place)
  const [position] = await log.admin.committed('load-group', ['load'])
  assert((position?.offset ?? 0n) >= committed && committed > 0n)
  await log.close()
})

test('one process owns the folder, until it ends in whatever way', async (context) => {
  const folder = await temporaryFolder(context)
  const load = startLoad(context, folder, 'owner')
  await once(load.stdout, 'data')
  assert.throws(diskStorage(folder), FolderInUseError)
  load.kill('SIGKILL')
  await once(load, 'exit')
  const log = embeddedEventLog({ storage: diskStorage(folder) })
  assert.throws(() => embeddedEventLog({ storage: diskStorage(folder) }), FolderInUseError)
  await log.close()
  await embeddedEventLog({ storage: diskStorage(folder) }).close()
})

test('a write that fails leaves nothing of it behind', async (context) => {
  const folder = await temporaryFolder(context)
  const storage = diskStorage(folder)()
  storage.putTopic({ name: 'topic', partitions: 1, replicationFactor: 1, config: {} })
  const good = { topic: 'topic', partition: 0, timestampMs: 1, key: null, value: null, headers: [] }
  const commit = { group: 'group', topic: 'topic', partition: 0, offset: 1n, metadata: '' }
  assert.throws(() => storage.write([good, good, { ...good, timestampMs: Number.NaN }], [commit]))
  assert.deepEqual(storage.bounds(good), { earliest: 0n, next: 0n })
  assert.deepEqual(storage.committed('group'), [])
  assert.deepEqual(storage.write([good], []), [0n])
  storage.close()
})

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-log-'))
  context.after(() => rm(folder, { recursive: true }))
  return folder
}

/** Another process that appends without end and prints what was acknowledged. */
function startLoad(context: TestContext, folder: string, name: string) {
  const script = join(import.meta.dirname, 'disk.load.ts')
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const load = spawn(process.execPath, [script, folder, name], { stdio: [...stdio] })
  context.after(() => load.kill('SIGKILL'))
  return load
}
