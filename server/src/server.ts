// One server process: its parts, its services, and the roles it plays; stopped in reverse.
import type { AddressInfo } from 'node:net'
import { messenger } from '@sosik/contract/catalogue'
import { HANDLERS_AT_ONCE_MAX } from '@sosik/contract/limits'
import { notificationGroup } from '@sosik/contract/notification'
import { idempotencyMigrations, purgeIdempotencyKeys } from '@sosik/services/idempotency.ts'
import { createRepeat, type Repeat } from '@sosik/services/repeat.ts'
import type { Answering } from '@sosik/services/service.ts'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import {
  createOutbox,
  createRelay,
  type DeadLetterStore,
  deadLetterMigrations,
  DomainEventConsumer,
  DomainEventProducer,
  type Outbox,
  outboxMigrations,
  type OutboxStore,
  postgresDeadLetters,
  postgresOutboxStore,
  systemClock,
  transactionalEffects,
} from 'sosik'
import type { ConsumerGroup } from 'sosik/catalogue'
import { migrate } from 'sosik/postgres'
import type { Config, Role } from './config.ts'
import { consoleFace, mountFace, webFace } from './faces/face.ts'
import { createHost, type HostParts, mount } from './http/host.ts'
import { mountDocuments } from './http/documents.ts'
import { mountOperations } from './http/operations.ts'
import { operatorSignIn } from './http/operator-sign-in.ts'
import { mountStream } from './http/stream.ts'
import { collectMetrics, type Metrics } from './metrics/metrics.ts'
import type { Parts } from './parts.ts'
import { memoryRates } from './rates/memory.ts'
import { createServices, type ServiceParts, type Services } from './services.ts'

const IDEMPOTENCY_PURGE_MS = 600_000

export interface Server {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** Takes no more, finishes what is in hand, closes everything. Idempotent. */
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly config: Config
  readonly parts: Parts
  readonly logger: FastifyBaseLogger
  /** The messenger's own, unless a test surrounds their handlers with something of its own. */
  readonly servicesOf?: typeof createServices
}

/** Resolves when it listens; the parts are closed by its `stop`. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, parts, logger } = options
  const { database, log } = parts
  const onError = (error: Error) => logger.error({ error }, 'trouble')
  const outbox = createOutbox()
  const producer = new DomainEventProducer({ log })
  const { admin } = log
  const services = servicesFor(options, { outbox, producer, onError })
  const { user, live, files, notification, analytics } = services
  const migrations = services.all.flatMap((service) => service.migrations)
  const applied = await migrate(database, [
    ...outboxMigrations,
    ...deadLetterMigrations,
    ...idempotencyMigrations,
    ...migrations,
  ])
  if (applied.length > 0) logger.info({ applied }, 'tables are up to date')

  const store = postgresOutboxStore(database, { catalogue: messenger })
  const relay = createRelay({ store, log, outbox })
  const deadLetters = postgresDeadLetters(database)
  const consumers = consumersOf(options, services, outbox, deadLetters)
  const { gateway } = live
  const metrics = collectMetrics({
    admin,
    gateway,
    clock: systemClock,
    ...measuredBy(config, deadLetters, store),
  })
  const purge = createRepeat({
    clock: systemClock,
    onError,
    pauseMs: IDEMPOTENCY_PURGE_MS,
    work: () => purgeIdempotencyKeys(database),
  })
  const app = await createApp(options, services, metrics, onError)
  await producer.start()
  await Promise.all(consumers.map((consumer) => consumer.start()))
  if (plays(config, 'relay')) relay.start()
  startTending(config, services, purge)
  await app.listen({ host: config.host, port: config.port })

  async function stopAll(): Promise<void> {
    await gateway.stop()
    await app.close()
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await relay.stop()
    const others = [user, files, notification, live.rollCall, analytics]
    await Promise.all(others.map((one) => one.stop()))
    await producer.stop()
    await purge.stop()
    metrics.stop()
    await parts.close()
  }

  const { address, port } = app.server.address() as AddressInfo
  let stopping: Promise<void> | undefined
  return {
    url: `http://${address}:${port}`,
    stop: () => (stopping ??= stopAll()),
  }
}

function servicesFor(
  { config, parts, servicesOf = createServices }: ServerOptions,
  made: Pick<ServiceParts, 'outbox' | 'producer' | 'onError'>,
): Services {
  const { database, log, fanout, files: fileStore } = parts
  const { largeRoomMembers } = config
  const common = { database, admin: log.admin, fanout, fileStore, clock: systemClock }
  return servicesOf({ ...made, ...common, largeRoomMembers })
}

const plays = (config: Config, role: Role): boolean => config.roles.includes(role)

/** Each process tends what its roles work on, and no other's tables. */
function startTending(config: Config, services: Services, purge: Repeat): void {
  const { user, live, files, notification } = services
  const [isApi, isGateway] = [plays(config, 'api'), plays(config, 'gateway')]
  if (isApi || isGateway) user.start()
  if (plays(config, `worker:${notificationGroup.name}`)) notification.start()
  for (const one of isApi ? [files, purge] : []) one.start()
  for (const one of isGateway ? [live.gateway, live.rollCall] : []) one.start()
}

/** Each process measures what it works on: others' tables and records are not its to look at. */
function measuredBy(config: Config, deadLetters: DeadLetterStore, outbox: OutboxStore) {
  const isWorker = (group: ConsumerGroup) => plays(config, `worker:${group.name}`)
  const isApi = plays(config, 'api')
  return {
    groups: messenger.groups.filter((group) => isApi || isWorker(group)),
    ...((isApi || messenger.groups.some(isWorker)) && { deadLetters }),
    ...((isApi || plays(config, 'relay')) && { outbox }),
  }
}

function consumersOf(
  { config, parts }: ServerOptions,
  services: Services,
  outbox: Outbox,
  deadLetters: DeadLetterStore,
) {
  const { database, log } = parts
  return services.all
    .flatMap((service) => service.hears)
    .filter(({ group }) => plays(config, `worker:${group.name}`))
    .map(({ group, handlers }) => {
      // More keys at once than a group has connections: they share transactions on one.
      const together = group.concurrencyMax > HANDLERS_AT_ONCE_MAX ? group.concurrencyMax : 1
      const effects = transactionalEffects({ database, outbox, group: group.name, together })
      return new DomainEventConsumer({
        log,
        catalogue: messenger,
        group,
        handlers,
        effects,
        deadLetters,
      })
    })
}

/** Each role's routes; what both of them answer stands in it once. */
function answeringsOf(config: Config, services: Services): Answering[] {
  const { all, analytics, trace, ops } = services
  const ofApi = all.flatMap(({ routes }) => routes)
  const ofConsole = [
    ...operatorSignIn(config.operators),
    ...[ops, trace].flatMap(({ routes }) => routes),
    ...analytics.routes.filter(({ route }) => route.method === 'GET'),
  ]
  return [
    ...new Set([
      ...(plays(config, 'api') ? ofApi : []),
      ...(plays(config, 'console') ? ofConsole : []),
    ]),
  ]
}

async function createApp(
  { config, logger, parts: { rates } }: ServerOptions,
  services: Services,
  metrics: Metrics,
  onError: (error: Error) => void,
): Promise<FastifyInstance> {
  const { user, live } = services
  const parts: HostParts = {
    logger,
    authenticate: user.authenticate,
    operators: config.operators,
    active: (caller) => void user.presence.active(caller).catch(onError),
    rates,
    spoken: memoryRates(systemClock),
    rateFactor: config.rateFactor,
    trustedProxies: config.trustedProxies,
  }
  const app = await createHost(parts)
  mountOperations(app, { ...parts, metrics })
  mount(app, answeringsOf(config, services), parts)
  if (plays(config, 'api')) {
    mountDocuments(app)
    mountFace(app, webFace)
  }
  if (plays(config, 'console')) mountFace(app, consoleFace)
  if (plays(config, 'gateway')) {
    const { streamOpened: opened, streamClosed: closed } = user.presence
    mountStream(app, { ...parts, gateway: live.gateway, opened, closed })
  }
  user.onSessionEnded(({ userId, sessionId }) => {
    live.gateway.sessionEnded(userId, sessionId).catch(onError)
  })
  return app
}
