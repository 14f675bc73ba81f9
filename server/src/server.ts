// One server process: its parts, its services, and the roles it plays; stopped in reverse.
import type { AddressInfo } from 'node:net'
import { messenger } from '@sosik/contract/catalogue'
import type { Hearing } from '@sosik/services/service.ts'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import {
  createOutbox,
  createRelay,
  DomainEventConsumer,
  DomainEventProducer,
  outboxMigrations,
  systemClock,
  transactionalEffects,
} from 'sosik'
import { migrate } from 'sosik/postgres'
import type { Config, Role } from './config.ts'
import { createHost, type HostParts, mount } from './http/host.ts'
import { mountOperations } from './http/operations.ts'
import { mountStream } from './http/stream.ts'
import { collectMetrics } from './metrics.ts'
import type { Parts } from './parts.ts'
import { createServices } from './services.ts'

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
}

export async function startServer({ config, parts, logger }: ServerOptions): Promise<Server> {
  const { database, log, fanout } = parts
  const onError = (error: Error) => logger.error({ error }, 'trouble')
  const outbox = createOutbox()
  const producer = new DomainEventProducer({ log })
  const services = createServices({
    database,
    outbox,
    producer,
    fanout,
    clock: systemClock,
    onError,
  })
  const migrations = services.all.flatMap((service) => service.migrations)
  const applied = await migrate(database, [...outboxMigrations, ...migrations])
  if (applied.length > 0) logger.info({ applied }, 'tables are up to date')
  await producer.start()

  const plays = (role: Role) => config.roles.includes(role)
  const relay = createRelay({ database, log, outbox })
  const consumers = services.all
    .flatMap((service) => service.hears)
    .filter((one) => plays(`worker:${one.group.name}`))
    .map(consumerOf)
  await Promise.all(consumers.map((consumer) => consumer.start()))
  if (plays('relay')) relay.start()
  services.user.start()
  services.live.gateway.start()

  const metrics = collectMetrics(log.admin, () => services.live.gateway.streams)
  const app = await createApp()
  await app.listen({ host: config.host, port: config.port })

  function consumerOf({ group, handlers }: Hearing) {
    const effects = transactionalEffects({ database, outbox, group: group.name })
    return new DomainEventConsumer({ log, catalogue: messenger, group, handlers, effects })
  }

  async function createApp(): Promise<FastifyInstance> {
    const { user, live } = services
    const hostParts: HostParts = {
      logger,
      authenticate: user.authenticate,
      operatorToken: config.operatorToken,
      active: (caller) => void user.presence.active(caller).catch(onError),
    }
    const host = await createHost(hostParts)
    mountOperations(host, { ...hostParts, metrics })
    if (plays('api')) {
      mount(
        host,
        services.all.flatMap((service) => service.routes),
        hostParts,
      )
    }
    if (plays('gateway')) {
      mountStream(host, {
        ...hostParts,
        gateway: live.gateway,
        opened: user.presence.streamOpened,
        closed: user.presence.streamClosed,
      })
    }
    user.onSessionEnded(({ userId, sessionId }) => {
      live.gateway.sessionEnded(userId, sessionId).catch(onError)
    })
    return host
  }

  async function stopAll(): Promise<void> {
    await services.live.gateway.stop()
    await app.close()
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await relay.stop()
    await services.user.stop()
    await producer.stop()
    metrics.stop()
    await parts.close()
  }

  const { address, port } = app.server.address() as AddressInfo
  let stopping: Promise<void> | undefined
  return {
    url: `http://${address}:${port}`,
    stop() {
      stopping ??= stopAll()
      return stopping
    },
  }
}
