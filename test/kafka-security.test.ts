// Logins and encryption against a real broker, and what is said when they are refused.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import { alterUserScramCredentialsV0, ConnectionPool } from '@platformatic/kafka'
import type { Cluster } from '@sosik/cli/cluster'
import { startCluster } from '@sosik/cli/cluster'
import { LogRefusedError } from 'sosik'
import type { KafkaOptions, KafkaSasl } from 'sosik/kafka'
import { kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const SCRAM = { 'SCRAM-SHA-256': ['sha256', 32, 1], 'SCRAM-SHA-512': ['sha512', 64, 2] } as const
const SCRAM_ITERATIONS = 4096
const USERNAME = 'alice'
const PASSWORD = 'open-sesame'
const WRONG_PASSWORD = 'close-sesame'
const STORE_PASSWORD = 'changeit'
/** The brokers end a connection whose login is older than this and was not renewed. */
const LOGIN_MS_MAX = 2000
/** What is refused for good is said at once, not when the time for trying is over. */
const REFUSED_MS_MAX = 10_000

let folder: string
let cluster: Cluster
let secure: { readonly brokers: string[]; readonly ca: string }

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sosik-security-'))
  cluster = await startCluster({ dataDir: folder, brokers: 1, durable: false })
  const port = await freePort()
  const keystore = join(folder, 'broker.p12')
  const ca = makeCertificate(keystore)
  await addScramUser(cluster.env.KAFKA_BROKERS)
  addSecureListener(join(folder, 'kafka', 'kafka-1.properties'), port, keystore)
  await cluster.restart('kafka-1')
  secure = { brokers: [`localhost:${port}`], ca }
})

after(async () => {
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

for (const mechanism of MECHANISMS) {
  test(`records go in and out under TLS with a login by ${mechanism}, often renewed`, async () => {
    const log = await kafkaEventLog(optionsWith({ mechanism, password: PASSWORD }))
    try {
      const topic = `secure-${mechanism}`
      const shape = { partitions: 1, replicationFactor: 1, config: {} }
      await log.admin.createTopics([{ name: topic, ...shape }])
      const seen: string[] = []
      const troubles: Error[] = []
      await log.join({
        group: topic,
        topics: [topic],
        listener: {
          assigned() {},
          revoked() {},
          lost() {},
          records: (_, records) => {
            for (const { value } of records) seen.push(Buffer.from(value ?? []).toString())
          },
          trouble: (error) => void troubles.push(error),
        },
      })
      const startedMs = performance.now()
      const sent: string[] = []
      await until('logins were renewed', async () => {
        const text = String(sent.length)
        const record = { topic, key: null, value: Buffer.from(text), headers: [] }
        const [result] = await log.append([record])
        assert(result?.ok, inspect(result))
        sent.push(text)
        return performance.now() - startedMs > 2 * LOGIN_MS_MAX
      })
      await until('all came', () => seen.length === sent.length)
      assert.deepEqual(seen, sent)
      assert.deepEqual(troubles, [])
    } finally {
      await log.close()
    }
  })

  test(`a wrong password is refused at once by ${mechanism}, and not told on`, () =>
    isRefused(optionsWith({ mechanism, password: WRONG_PASSWORD }), /password|authentication/i))
}

test('a certificate of an unknown authority is refused at once', () =>
  isRefused(
    { ...optionsWith({ mechanism: 'PLAIN', password: PASSWORD }), tls: {} },
    /certificate/i,
  ))

test('a certificate for another name is refused at once', () => {
  const options = optionsWith({ mechanism: 'PLAIN', password: PASSWORD })
  return isRefused({ ...options, tls: { ...options.tls, servername: 'kafka.example' } }, /altname/i)
})

test('who does not encrypt hears that the broker wants it', () =>
  isRefused({ brokers: secure.brokers }, /TLS/))

function optionsWith({ mechanism, password }: { mechanism: Mechanism; password: string }) {
  const sasl: KafkaSasl = { mechanism, username: USERNAME, password }
  return { brokers: secure.brokers, sasl, tls: { ca: secure.ca } } satisfies KafkaOptions
}

type Mechanism = (typeof MECHANISMS)[number]

async function isRefused(options: KafkaOptions, reason: RegExp): Promise<void> {
  const startedMs = performance.now()
  await assert.rejects(kafkaEventLog(options), (error) => {
    const text = inspect(error, { depth: null, showHidden: true })
    assert(error instanceof LogRefusedError, text)
    assert.match(text, reason)
    for (const secret of [PASSWORD, WRONG_PASSWORD]) {
      assert(!text.includes(secret), `a password is told on: ${text}`)
      assert(!text.includes(Buffer.from(secret).toString('hex')), text)
    }
    return true
  })
  assert(performance.now() - startedMs < REFUSED_MS_MAX)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert(typeof address === 'object' && address !== null)
  return address.port
}

/** Writes the broker's key and answers its certificate, which is its own authority. */
function makeCertificate(keystore: string): string {
  const store = ['-keystore', keystore, '-storepass', STORE_PASSWORD, '-alias', 'broker']
  const kind = ['-keyalg', 'RSA', '-storetype', 'PKCS12', '-dname', 'CN=localhost']
  keytool('-genkeypair', ...store, ...kind, '-ext', 'san=dns:localhost,ip:127.0.0.1')
  return keytool('-exportcert', '-rfc', ...store)
}

function keytool(...words: string[]): string {
  return execFileSync('keytool', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

async function addScramUser(broker: string): Promise<void> {
  const [host = '', port] = broker.split(':')
  const pool = new ConnectionPool('tests')
  try {
    const connection = await pool.get({ host, port: Number(port) })
    for (const [digest, bytes, mechanism] of Object.values(SCRAM)) {
      const salt = randomBytes(16)
      const saltedPassword = pbkdf2Sync(PASSWORD, salt, SCRAM_ITERATIONS, bytes, digest)
      const login = { mechanism, iterations: SCRAM_ITERATIONS, salt, saltedPassword }
      await alterUserScramCredentialsV0.api.async(connection, [], [{ name: USERNAME, ...login }])
    }
  } finally {
    await pool.close()
  }
}

/** Beside the listeners that are there; of two lines with the same name the last one counts. */
function addSecureListener(file: string, port: number, keystore: string): void {
  const valueOf = (name: string) =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const address = `SECURE://localhost:${port}`
  const login = 'org.apache.kafka.common.security'
  const scram = `${login}.scram.ScramLoginModule required;`
  const plain = `${login}.plain.PlainLoginModule required`
  const protocols = 'listener.security.protocol.map'
  const of = 'listener.name.secure'
  const settings = {
    listeners: `${valueOf('listeners')},${address}`,
    'advertised.listeners': `${valueOf('advertised.listeners')},${address}`,
    [protocols]: `${valueOf(protocols)},SECURE:SASL_SSL`,
    [`${of}.sasl.enabled.mechanisms`]: MECHANISMS.join(','),
    [`${of}.connections.max.reauth.ms`]: LOGIN_MS_MAX,
    [`${of}.plain.sasl.jaas.config`]: `${plain} user_${USERNAME}="${PASSWORD}";`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${of}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${of}.ssl.keystore.type`]: 'PKCS12',
    [`${of}.ssl.keystore.location`]: keystore,
    [`${of}.ssl.keystore.password`]: STORE_PASSWORD,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  appendFileSync(file, lines.join(''))
}
