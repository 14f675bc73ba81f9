// The server's configuration: read once, checked whole, every fault shown at once.
import { isIP } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { messenger } from '@sosik/contract/catalogue'
import { LARGE_ROOM_MEMBERS, MEMBERS_MAX } from '@sosik/contract/chat'
import type { S3Settings } from '@sosik/services/files/s3-store.ts'
import { KAFKA_SECURITY_USAGE, type KafkaSecurity, readKafkaSecurity } from 'sosik/kafka'
import { type Operator, OPERATORS_USAGE, readOperators } from './operators.ts'

export type Role = 'api' | 'gateway' | 'relay' | 'console' | `worker:${string}`

export interface RealParts {
  readonly kafkaBrokers: readonly string[]
  readonly kafkaSecurity: KafkaSecurity
  readonly databaseUrl: string
  readonly redisUrl: string
}

/** Where uploaded files are: a bucket, or else a folder. */
export interface FilesPlace {
  readonly folder: string
  readonly s3: S3Settings | undefined
}

export interface Config {
  readonly host: string
  /** 0 lets the machine choose. */
  readonly port: number
  readonly roles: readonly Role[]
  /** Undefined for the embedded parts, which keep their data in `dataFolder`. */
  readonly real: RealParts | undefined
  readonly dataFolder: string
  readonly files: FilesPlace
  /** Who operates, and reads analytics and metrics; for nobody the embedded server makes one. */
  readonly operators: readonly Operator[]
  /** Addresses and networks (CIDR) whose word on who calls is taken. */
  readonly trustedProxies: readonly string[]
  /** Multiplies every rate limit; nought lifts them all. */
  readonly rateFactor: number
  /** A group of more members is a large room. */
  readonly largeRoomMembers: number
  readonly logLevel: string
}

export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The server cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

export const USAGE = `
Usage: npm start [-- OPTIONS]          everything in one process, nothing installed
       npm run start:real [-- OPTIONS]  on Apache Kafka, PostgreSQL and Redis

Options:
  --role ROLE   start only this part; repeat for several. Real parts only.
                api      the HTTP API          gateway  the event streams (GET /stream)
                relay    outbox to Kafka       worker:GROUP  one consumer group
                console  the operator's face, at /console/
  --help        this text

Environment:
  HOST, PORT                 where to listen; 127.0.0.1 and 3000 when left out
  DATA                       folder of the embedded parts; .sosik/data when left out
  KAFKA_BROKERS              host:port,host:port    (real parts)
${KAFKA_SECURITY_USAGE}
  DATABASE_URL               postgres://…           (real parts)
  REDIS_URL                  redis://…              (real parts)
  SOSIK_FILES_FOLDER         folder of uploaded files; files in DATA when left out. All api
                             processes use one folder, or one bucket:
  SOSIK_FILES_S3_URL         https://s3.example.com/bucket, or a folder in it
  SOSIK_FILES_S3_REGION      us-east-1 when left out
  SOSIK_FILES_S3_ACCESS_KEY_ID, SOSIK_FILES_S3_SECRET_ACCESS_KEY
${OPERATORS_USAGE}
  TRUSTED_PROXIES            addresses and networks whose X-Forwarded-For is believed, such as
                             10.0.0.0/8,192.0.2.7; none when left out
  RATE_LIMIT_FACTOR          multiplies every rate limit; 1 when left out, 0 lifts them all
  LARGE_ROOM_MEMBERS         a group of more members is told its messages in one line; 500 when
                             left out, the same in all api processes
  LOG_LEVEL                  fatal, error, warn, info, debug or trace; info on real
                             parts and warn on embedded ones when left out`

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']
const WORKERS = messenger.groups.map((group) => `worker:${group.name}` as const)
const ROLES: readonly Role[] = ['api', 'gateway', 'relay', 'console', ...WORKERS]
const PORT_DEFAULT = 3000
/** What most servers other than Amazon's take for their own. */
const REGION_DEFAULT = 'us-east-1'
const RATE_FACTOR_MAX = 1_000

/** `help` instead of a configuration when that is what was asked for. */
export function readConfig(
  args: readonly string[] = process.argv.slice(2),
  environment: NodeJS.ProcessEnv = process.env,
): Config | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      real: { type: 'boolean', default: false },
      role: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const faults: string[] = []
  const dataFolder = environment.DATA ?? '.sosik/data'
  const config: Config = {
    host: environment.HOST ?? '127.0.0.1',
    port: readPort(environment.PORT, faults),
    roles: readRoles(values.role, values.real, faults),
    real: values.real ? readReal(environment, faults) : undefined,
    dataFolder,
    files: {
      folder: environment.SOSIK_FILES_FOLDER ?? join(dataFolder, 'files'),
      s3: readS3(environment, faults),
    },
    operators: readOperators(environment, values.role, faults),
    trustedProxies: readProxies(environment.TRUSTED_PROXIES, faults),
    rateFactor: readRateFactor(environment.RATE_LIMIT_FACTOR, faults),
    largeRoomMembers: readLargeRoomMembers(environment.LARGE_ROOM_MEMBERS, faults),
    logLevel: environment.LOG_LEVEL ?? (values.real ? 'info' : 'warn'),
  }
  if (!LOG_LEVELS.includes(config.logLevel)) {
    faults.push(`LOG_LEVEL is one of ${LOG_LEVELS.join(', ')}.`)
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function readPort(text: string | undefined, faults: string[]): number {
  const port = text === undefined ? PORT_DEFAULT : Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) faults.push('PORT is 0 to 65535.')
  return port
}

function readRoles(given: readonly string[], real: boolean, faults: string[]): Role[] {
  if (given.length > 0 && !real) faults.push('--role needs the real parts: npm run start:real.')
  const unknown = given.filter((role) => !ROLES.includes(role as Role))
  for (const role of unknown) faults.push(`--role ${role} is none of ${ROLES.join(', ')}.`)
  return given.length === 0 ? [...ROLES] : (given as Role[])
}

function readReal(environment: NodeJS.ProcessEnv, faults: string[]): RealParts {
  const { KAFKA_BROKERS = '', DATABASE_URL = '', REDIS_URL = '' } = environment
  const brokers = KAFKA_BROKERS.split(',').filter((one) => one !== '')
  if (brokers.length === 0 || !brokers.every((one) => /^[^:\s]+:\d+$/.test(one))) {
    faults.push('KAFKA_BROKERS is missing or not host:port,host:port.')
  }
  if (!/^postgres(ql)?:\/\//.test(DATABASE_URL)) {
    faults.push('DATABASE_URL is missing or not postgres://….')
  }
  if (!/^rediss?:\/\//.test(REDIS_URL)) faults.push('REDIS_URL is missing or not redis://….')
  if (faults.length > 0) faults.push('Start a local cluster with `npm run cluster`.')
  const kafkaSecurity = readKafkaSecurity(environment, faults)
  return { kafkaBrokers: brokers, kafkaSecurity, databaseUrl: DATABASE_URL, redisUrl: REDIS_URL }
}

function readProxies(text: string | undefined, faults: string[]): string[] {
  const proxies = (text ?? '').split(',').filter((one) => one !== '')
  if (!proxies.every(isNetwork)) faults.push('TRUSTED_PROXIES is address,address or networks.')
  return proxies
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const bitsMax = isIP(address) === 6 ? 128 : 32
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax)
  return isIP(address) !== 0 && fits && more.length === 0
}

function readRateFactor(text: string | undefined, faults: string[]): number {
  const factor = Number(text ?? 1)
  if (!(factor >= 0 && factor <= RATE_FACTOR_MAX)) {
    faults.push(`RATE_LIMIT_FACTOR is 0 to ${RATE_FACTOR_MAX}.`)
  }
  return factor
}

function readLargeRoomMembers(text: string | undefined, faults: string[]): number {
  const members = Number(text ?? LARGE_ROOM_MEMBERS)
  if (!(Number.isInteger(members) && members >= 1 && members <= MEMBERS_MAX)) {
    faults.push(`LARGE_ROOM_MEMBERS is 1 to ${MEMBERS_MAX}.`)
  }
  return members
}

/** Undefined where nothing is said of a bucket. */
function readS3(environment: NodeJS.ProcessEnv, faults: string[]): S3Settings | undefined {
  const {
    SOSIK_FILES_S3_URL: url = '',
    SOSIK_FILES_S3_REGION: region = '',
    SOSIK_FILES_S3_ACCESS_KEY_ID: accessKeyId = '',
    SOSIK_FILES_S3_SECRET_ACCESS_KEY: secretAccessKey = '',
  } = environment
  if (`${url}${region}${accessKeyId}${secretAccessKey}` === '') return undefined
  if (!/^https?:\/\/[^/?#]+[^?#]*[^/?#]$/.test(url)) {
    faults.push('SOSIK_FILES_S3_URL is missing or not https://host/bucket.')
  }
  if (accessKeyId === '' || secretAccessKey === '') {
    faults.push('SOSIK_FILES_S3_ACCESS_KEY_ID and SOSIK_FILES_S3_SECRET_ACCESS_KEY come together.')
  }
  return { url, region: region || REGION_DEFAULT, accessKeyId, secretAccessKey }
}
