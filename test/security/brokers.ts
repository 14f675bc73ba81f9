// A broker that takes only who logs in over TLS, and lets nobody do what no ACL allows.
import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  alterUserScramCredentialsV0,
  type Connection,
  type ConnectionOptions,
  ConnectionPool,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka'
import { type Cluster, startCluster } from '@sosik/cli/cluster'
import type { KafkaOptions } from 'sosik/kafka'
import { freePort } from '../support/server-process.ts'

const SCRAM = { 'SCRAM-SHA-256': ['sha256', 32, 1], 'SCRAM-SHA-512': ['sha512', 64, 2] } as const
const SCRAM_ITERATIONS = 4096
const STORE_PASSWORD = 'changeit'
/** The broker ends a connection whose login is older than this and was not renewed. */
export const LOGIN_MS_MAX = 2_000
/** May do everything, as may whoever comes by the listener without encryption: the test itself. */
export const SUPERUSER = { username: 'alice', password: 'open-sesame' }
const BROKER = { type: 4, name: '1' } as const
const KEYSTORE = 'listener.name.secure.ssl.keystore.location'

type Ask<Answer> = (connection: Connection) => Promise<Answer>

export interface SecuredBrokers {
  readonly cluster: Cluster
  /** Deleted in the end, with all that is in it. */
  readonly folder: string
  /** `host:port` of the listener that wants TLS and a login. */
  readonly address: string
  /** The certificate of its authority, as PEM. */
  readonly ca: string
  optionsOf(username: string, password: string): Pick<KafkaOptions, 'brokers' | 'sasl' | 'tls'>
  /** Makes the login, or gives it another password. */
  setPassword(username: string, password: string): Promise<void>
  /** Shows another certificate of the same authority from now on, for another key. */
  renewCertificate(): Promise<void>
  /** Asks the broker something as its superuser. */
  asSuperuser<Answer>(ask: Ask<Answer>): Promise<Answer>
  as<Answer>(username: string, password: string, ask: Ask<Answer>): Promise<Answer>
  stop(): Promise<void>
}

export async function startSecuredBrokers(): Promise<SecuredBrokers> {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-secured-'))
  const cluster = await startCluster({ dataDir: folder, brokers: 1, durable: false })
  const port = await freePort()
  const ca = makeAuthority(folder)
  const keystore = makeCertificate(folder, 'broker-1')
  const { KAFKA_BROKERS } = cluster.env
  const asSuperuser: SecuredBrokers['asSuperuser'] = (ask) => onConnection(KAFKA_BROKERS, {}, ask)
  const setPassword: SecuredBrokers['setPassword'] = (username, password) =>
    asSuperuser((connection) => setScramPassword(connection, username, password))
  await setPassword(SUPERUSER.username, SUPERUSER.password)
  secure(join(folder, 'kafka', 'kafka-1.properties'), port, keystore)
  await cluster.restart('kafka-1')
  const address = `localhost:${port}`
  const loginOf = (username: string, password: string) => ({
    sasl: { mechanism: 'SCRAM-SHA-512', username, password } as const,
    tls: { ca },
  })
  return {
    cluster,
    folder,
    address,
    ca,
    setPassword,
    asSuperuser,
    as: (username, password, ask) => onConnection(address, loginOf(username, password), ask),
    optionsOf: (username, password) => ({ brokers: [address], ...loginOf(username, password) }),
    async renewCertificate() {
      const next = makeCertificate(folder, 'broker-2')
      await asSuperuser((connection) => setKeystore(connection, next))
    },
    async stop() {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function onConnection<Answer>(
  address: string,
  login: ConnectionOptions,
  ask: Ask<Answer>,
): Promise<Answer> {
  const [host = '', port] = address.split(':')
  const pool = new ConnectionPool('tests', { tlsServerName: true, ...login })
  try {
    return await ask(await pool.get({ host, port: Number(port) }))
  } finally {
    await pool.close()
  }
}

/** Answers its certificate. */
function makeAuthority(folder: string): string {
  const keys = storeOf(folder, AUTHORITY)
  keytool([...keys, '-genkeypair', ...KEY, '-dname', 'CN=authority', '-ext', 'bc:c'])
  return keytool([...keys, '-exportcert', '-rfc'])
}

/** Answers the file with the key and its certificate. */
function makeCertificate(folder: string, name: string): string {
  const keys = storeOf(folder, name)
  keytool([...keys, '-genkeypair', ...KEY, '-dname', 'CN=localhost'])
  const names = ['-ext', 'san=dns:localhost,ip:127.0.0.1']
  const authority = storeOf(folder, AUTHORITY)
  const signed = keytool(
    [...authority, '-gencert', '-rfc', ...names],
    keytool([...keys, '-certreq']),
  )
  const chain = `${signed}\n${keytool([...authority, '-exportcert', '-rfc'])}`
  keytool([...keys, '-importcert', '-noprompt'], chain)
  return join(folder, `${name}.p12`)
}

const AUTHORITY = 'authority'
const KEY = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12']

const storeOf = (folder: string, name: string): string[] => {
  const password = ['-storepass', STORE_PASSWORD]
  return ['-keystore', join(folder, `${name}.p12`), ...password, '-alias', name]
}

function keytool(words: readonly string[], input = ''): string {
  return execFileSync('keytool', words, { encoding: 'utf8', input, stdio: 'pipe' })
}

async function setKeystore(connection: Connection, path: string): Promise<void> {
  const { SET } = IncrementalAlterConfigOperationTypes
  const configs = [{ name: KEYSTORE, configOperation: SET, value: path }]
  const resource = { resourceType: BROKER.type, resourceName: BROKER.name, configs }
  await incrementalAlterConfigsV1.api.async(connection, [resource], false)
}

async function setScramPassword(
  connection: Connection,
  name: string,
  password: string,
): Promise<void> {
  for (const [digest, bytes, mechanism] of Object.values(SCRAM)) {
    const salt = randomBytes(16)
    const saltedPassword = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, bytes, digest)
    const login = { name, mechanism, iterations: SCRAM_ITERATIONS, salt, saltedPassword }
    await alterUserScramCredentialsV0.api.async(connection, [], [login])
  }
}

/** A listener beside those that are there; of two lines with the same name the last one counts. */
function secure(file: string, port: number, keystore: string): void {
  const valueOf = (name: string) =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const address = `SECURE://localhost:${port}`
  const login = 'org.apache.kafka.common.security'
  const scram = `${login}.scram.ScramLoginModule required;`
  const plain = `${login}.plain.PlainLoginModule required`
  const protocols = 'listener.security.protocol.map'
  const of = 'listener.name.secure'
  const { username, password } = SUPERUSER
  const settings = {
    listeners: `${valueOf('listeners')},${address}`,
    'advertised.listeners': `${valueOf('advertised.listeners')},${address}`,
    [protocols]: `${valueOf(protocols)},SECURE:SASL_SSL`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${username}`,
    [`${of}.sasl.enabled.mechanisms`]: ['PLAIN', ...Object.keys(SCRAM)].join(','),
    [`${of}.connections.max.reauth.ms`]: LOGIN_MS_MAX,
    [`${of}.plain.sasl.jaas.config`]: `${plain} user_${username}="${password}";`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${of}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${of}.ssl.keystore.type`]: 'PKCS12',
    [KEYSTORE]: keystore,
    [`${of}.ssl.keystore.password`]: STORE_PASSWORD,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  appendFileSync(file, lines.join(''))
}
