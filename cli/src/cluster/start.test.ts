// The real thing: one broker, PostgreSQL and Redis, started, asked, hurt, stopped and gone.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { Client } from 'pg'
import { birthOf } from './identity.ts'
import { type PartExit, startCluster } from './index.ts'
import { environmentFile, isAlive, type PartRecord, readState } from './state.ts'
import { waitUntil } from './wait.ts'

// The first start on a machine downloads the jars.
const TEST_LIMIT_MS = 300_000
const GONE_LIMIT_MS = 25_000
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

const dataDir = mkdtempSync(join(tmpdir(), 'sosik-cluster-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

async function ping(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('PING\r\nQUIT\r\n')
  return text(socket)
}

/** The versions of ApiVersions (key 18) that a broker answers with: it speaks Kafka. */
async function apiVersions(address: string): Promise<number> {
  const [host = '', port] = address.split(':')
  const socket = connect(Number(port), host)
  socket.write(Buffer.from('0000000a00120000000000070000', 'hex'))
  const [answer] = (await socket.take(1).toArray()) as Buffer[]
  socket.destroy()
  return answer?.readInt32BE(4) ?? -1
}

function commandsHolding(dir: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return all.filter((line) => line.includes(dir))
}

test('one broker, PostgreSQL and Redis answer, survive a loss, and leave nothing', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  const exit = Promise.withResolvers<PartExit>()
  const onPartExit = exit.resolve
  const cluster = await startCluster({ dataDir, brokers: 1, durable: false, onPartExit })
  const pids = cluster.parts.map((part) => part.pid)
  try {
    assert.deepEqual(cluster.parts.map((part) => part.name).sort(), [
      'kafka-1',
      'postgres',
      'redis',
    ])
    const file = parseEnv(readFileSync(environmentFile(dataDir), 'utf8'))
    assert.deepEqual({ ...file }, cluster.env)
    assert.equal(await apiVersions(cluster.env.KAFKA_BROKERS), 7)
    await query(cluster.env.DATABASE_URL, 'create table kept as select 42 as answer')
    assert.match(await ping(cluster.env.REDIS_URL), /PONG/)
    await assert.rejects(startCluster({ dataDir }), /A cluster runs in/)

    const redis = cluster.parts.find((part) => part.name === 'redis')
    process.kill(redis?.pid ?? 0, 'SIGKILL')
    const { name, wasAsked, detail } = await exit.promise
    assert.deepEqual([name, wasAsked], ['redis', false])
    assert.match(detail, /SIGKILL[^]*redis\.log/)
    await cluster.restart('redis')
    assert.match(await ping(cluster.env.REDIS_URL), /PONG/)
    pids.push(...cluster.parts.map((part) => part.pid))
  } finally {
    await Promise.all([cluster.stop(), cluster.stop()])
  }
  assert.equal(existsSync(environmentFile(dataDir)), false)
  assert.deepEqual(pids.map(birthOf).filter(Boolean), [])
  assert.deepEqual(commandsHolding(dataDir), [])
})

test('the command keeps the data and the ports, and its parts die with it', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  const ports = readState(dataDir)?.ports
  const command = spawn(process.execPath, [MAIN, 'cluster', '--data', dataDir])
  const progress = text(command.stderr)
  try {
    let summary = ''
    for await (const chunk of command.stdout) {
      summary += String(chunk)
      if (summary.includes('start:real')) break
    }
    assert.deepEqual(readState(dataDir)?.ports, ports)
    const ask = [MAIN, 'cluster', '--env', '--data', dataDir]
    const lines = execFileSync(process.execPath, ask, { encoding: 'utf8' })
    for (const line of lines.trimEnd().split('\n')) assert.ok(summary.includes(line), line)
    const [, url = ''] = /DATABASE_URL=(.+)/.exec(lines) ?? []
    assert.deepEqual(await query(url, 'select answer from kept'), [[42]])
  } finally {
    command.kill('SIGKILL')
  }
  assert.match(await progress, /1 of 1 broker ready \(\d+\.\d s\)/)
  const parts: readonly PartRecord[] = readState(dataDir)?.parts ?? []
  assert.ok(await waitUntil(() => !parts.some(isAlive), GONE_LIMIT_MS))
  assert.ok(await waitUntil(() => commandsHolding(dataDir).length === 0, GONE_LIMIT_MS))
})
