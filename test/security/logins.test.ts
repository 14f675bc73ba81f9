// 22 and 25: who gets in to a real broker, and that nothing is lost when logins and keys change.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { connect, type ConnectionOptions, type SecureVersion, type TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import { LogRefusedError } from 'sosik'
import { type KafkaOptions, type KafkaSasl, kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'
import { LOGIN_MS_MAX, type SecuredBrokers, startSecuredBrokers, SUPERUSER } from './brokers.ts'
import { rotateUnderLoad } from './rotation.ts'

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const WRONG_PASSWORD = 'close-sesame'
/** What is refused for good is said at once, not when the time for trying is over. */
const REFUSED_MS_MAX = 10_000

let secured: SecuredBrokers

before(async () => {
  secured = await startSecuredBrokers()
})

after(() => secured.stop())

type Mechanism = (typeof MECHANISMS)[number]

function optionsWith(mechanism: Mechanism, password: string = SUPERUSER.password) {
  const sasl: KafkaSasl = { mechanism, username: SUPERUSER.username, password }
  return { brokers: [secured.address], sasl, tls: { ca: secured.ca } } satisfies KafkaOptions
}

test('22 records go in and out under TLS by every login, also by one that is renewed', async () => {
  await Promise.all(MECHANISMS.map(goInAndOut))
})

async function goInAndOut(mechanism: Mechanism): Promise<void> {
  const log = await kafkaEventLog(optionsWith(mechanism))
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
}

for (const mechanism of MECHANISMS) {
  test(`22 a wrong password is refused at once by ${mechanism}, and not told on`, () =>
    isRefused(optionsWith(mechanism, WRONG_PASSWORD), /password|authentication/i))
}

test('22 a certificate of an unknown authority is refused at once', () =>
  isRefused({ ...optionsWith('PLAIN'), tls: {} }, /certificate/i))

test('22 a certificate for another name is refused at once', () => {
  const options = optionsWith('PLAIN')
  return isRefused({ ...options, tls: { ...options.tls, servername: 'kafka.example' } }, /altname/i)
})

test('22 who does not encrypt hears that the broker wants it', () =>
  isRefused({ brokers: [secured.address] }, /TLS/))

test('22 who speaks TLS 1.1 is not spoken to', async () => {
  assert.equal(await agreed('TLSv1.2'), 'TLSv1.2')
  assert.equal(await agreed('TLSv1.3'), 'TLSv1.3')
  await assert.rejects(agreed('TLSv1.1'), /protocol version|handshake failure|ECONNRESET/i)
})

/** The version in which both speak, of a client that knows only this one. */
function agreed(version: SecureVersion): Promise<string | null> {
  // Without these ciphers our own side would not even try.
  const ciphers = 'DEFAULT@SECLEVEL=0'
  const options = { ciphers, minVersion: version, maxVersion: version }
  return onSocket(options, (socket) => socket.getProtocol())
}

const certificate = () => onSocket({}, (socket) => socket.getPeerCertificate())

async function onSocket<Answer>(options: ConnectionOptions, ask: (socket: TLSSocket) => Answer) {
  const [host = '', port] = secured.address.split(':')
  const socket = connect({ host, port: Number(port), ca: secured.ca, ...options })
  try {
    await once(socket, 'secureConnect')
    return ask(socket)
  } finally {
    socket.destroy()
  }
}

test('25 while a password and a certificate change nothing is lost or done twice', async () => {
  const { fingerprint256: before } = await certificate()
  await rotateUnderLoad(secured)
  assert.notEqual((await certificate()).fingerprint256, before)
  await isRefused(secured.optionsOf('rotating', 'of yesterday'), /password|authentication/i)
})

async function isRefused(options: KafkaOptions, reason: RegExp): Promise<void> {
  const startedMs = performance.now()
  await assert.rejects(kafkaEventLog(options), (error) => {
    const text = inspect(error, { depth: null, showHidden: true })
    assert(error instanceof LogRefusedError, text)
    assert.match(text, reason)
    for (const secret of [SUPERUSER.password, WRONG_PASSWORD]) {
      assert(!text.includes(secret), `a password is told on: ${text}`)
      assert(!text.includes(Buffer.from(secret).toString('hex')), text)
    }
    return true
  })
  assert(performance.now() - startedMs < REFUSED_MS_MAX)
}
