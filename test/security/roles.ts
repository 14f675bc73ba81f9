// The messenger with every role as a server of its own: its own login at the brokers and in the
// database, with the rights that are written down and no others.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { messenger } from '@sosik/contract/catalogue'
import type { Role } from '@sosik/server/src/config.ts'
import { realParts } from '@sosik/server/src/parts.ts'
import { databaseRights, grantsOf } from '@sosik/server/src/rights/database.ts'
import { kafkaRights } from '@sosik/server/src/rights/kafka.ts'
import { applyTopics, type EventLog, planTopics } from 'sosik'
import { type KafkaOptions, kafkaEventLog } from 'sosik/kafka'
import { type Database, postgresPool } from 'sosik/postgres'
import { allow } from './acls.ts'
import { type SecuredBrokers, startSecuredBrokers } from './brokers.ts'
import { type Product, startProduct } from './product.ts'

const DATABASE_SUPERUSER = 'postgres'

export interface RoleProducts {
  readonly secured: SecuredBrokers
  readonly roles: readonly Role[]
  /** With all rights: what the test itself does. */
  readonly log: EventLog
  readonly database: Database
  /** As one of the roles, or as nobody whom the tables know. */
  databaseOf(role: string): Database
  of(role: Role): Product
  stop(): Promise<void>
}

type Login = Pick<KafkaOptions, 'brokers' | 'sasl' | 'tls'>

/** At the brokers; the database asks for none. */
export const passwordOf = (principal: string): string => `password of ${principal}`

export async function startRoleProducts(): Promise<RoleProducts> {
  const secured = await startSecuredBrokers()
  const { env } = secured.cluster
  const log = await kafkaEventLog({ brokers: [env.KAFKA_BROKERS] })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const principals = new Set<string>(kafkaRights().map(({ principal }) => principal))
  for (const one of principals) await secured.setPassword(one, passwordOf(one))
  await secured.asSuperuser((connection) => allow(connection, kafkaRights()))

  // Its owner makes the tables, and then nobody is the owner any more.
  const place = { folder: join(secured.folder, 'files'), s3: undefined }
  const startAs = async (role: Role | undefined, databaseUrl: string, login: Login) => {
    const { brokers: kafkaBrokers, ...kafkaSecurity } = login
    const real = { kafkaBrokers, kafkaSecurity, databaseUrl, redisUrl: env.REDIS_URL }
    const parts = await realParts(real, place, () => {})
    return startProduct({ parts, roles: role === undefined ? [] : [role] })
  }
  const owner = await startAs(undefined, env.DATABASE_URL, { brokers: [env.KAFKA_BROKERS] })
  const database = await openToRoles(secured, owner.parts.database)
  await owner.stop()
  const products = new Map<Role, Product>()
  for (const role of databaseRights().keys()) {
    const login = secured.optionsOf(role, passwordOf(role))
    products.set(role, await startAs(role, urlOf(env.DATABASE_URL, role), login))
  }
  return {
    secured,
    roles: [...products.keys()],
    log,
    database,
    databaseOf: (role) => postgresPool({ url: urlOf(env.DATABASE_URL, role), connectionsMax: 1 }),
    of(role) {
      const product = products.get(role)
      if (product === undefined) throw new Error(`There is no ${role}.`)
      return product
    },
    async stop() {
      await Promise.all([...products.values()].map((one) => one.stop()))
      await Promise.all([log.close(), database.close()])
      await secured.stop()
    },
  }
}

function urlOf(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl)
  url.username = encodeURIComponent(role)
  return url.href
}

/** Lets everybody log in whom it makes here; answers the database as its superuser has it. */
async function openToRoles({ cluster }: SecuredBrokers, owner: Database): Promise<Database> {
  const [row] = await owner.query<{ data_directory: string }>('show data_directory')
  appendFileSync(
    join(row?.data_directory ?? '', 'pg_hba.conf'),
    'host all all 127.0.0.1/32 trust\n',
  )
  const pid = cluster.parts.find(({ name }) => name === 'postgres')?.pid
  process.kill(pid ?? 0, 'SIGHUP')
  const database = postgresPool({ url: urlOf(cluster.env.DATABASE_URL, DATABASE_SUPERUSER) })
  for (const [role, rights] of databaseRights()) {
    await database.query(`create role "${role}" login`)
    for (const grant of grantsOf(rights, `"${role}"`)) await database.query(grant)
  }
  await database.query('create role stranger login')
  return database
}
