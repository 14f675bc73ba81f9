// A worker of the stand: the server as it ships, with its log watched and its handlers surrounded.
// Nothing here is part of the product, and nothing in the product knows of it.
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '@sosik/server/src/config.ts'
import { realParts } from '@sosik/server/src/parts.ts'
import { startServer } from '@sosik/server/src/server.ts'
import { createServices } from '@sosik/server/src/services.ts'
import { logDiagnostics } from '@sosik/server/src/telling.ts'
import { diagnostics, type Handled } from 'sosik'
import { migrate } from 'sosik/postgres'
import { openJournal } from '../records/journal.ts'
import type { Outcome, WorkerLine } from '../records/lines.ts'
import { effectTables } from './effect-tables.ts'
import { type Ownerships, surroundHandlers } from './surround.ts'
import { watchedLog } from './watched-log.ts'

const { FAULTS_NAME: instance = '', FAULTS_HISTORY: folder = '' } = process.env
const journal = openJournal<WorkerLine>(join(folder, `worker-${instance}.jsonl`))

const config = readConfig()
if (config === 'help' || config.real === undefined) throw new Error('The stand runs on real parts.')
const logger = pino({ level: config.logLevel, errorKey: 'error' })
logDiagnostics(logger)
const onError = (error: Error) => logger.error({ error }, 'trouble')
const parts = await realParts(config.real, config.files, onError)
await migrate(parts.database, effectTables)

const ownerships: Ownerships = new Map()
const done = (outcome: Outcome) => (news: Handled) => {
  const { group, topic, partition, offset } = news
  journal.note({ is: 'done', group, topic, partition, offset: Number(offset), outcome })
}
diagnostics.handled.on(done('handled'))
diagnostics.skipped.on(done('skipped'))
diagnostics.deadLettered.on(done('deadLettered'))
diagnostics.parked.on(done('parked'))
diagnostics.retried.on(({ group, topic, partition, offset, eventId, attempt, error }) => {
  const place = { group, topic, partition, offset: Number(offset) }
  journal.note({ is: 'failed', ...place, eventId, attempt, error: error.message })
})

const server = await startServer({
  config,
  parts: { ...parts, log: watchedLog(parts.log, journal, ownerships) },
  logger,
  servicesOf(wiring) {
    const services = createServices(wiring)
    const { database } = wiring
    const all = services.all.map((service) => ({
      ...service,
      hears: service.hears.map((one) => surroundHandlers(one, { instance, ownerships, database })),
    }))
    const hears = all.flatMap((service) => service.hears)
    const types = hears.map(({ group, handlers }) => [group.name, Object.keys(handlers)])
    journal.note({ is: 'begin', instance, hears: Object.fromEntries(types) })
    return { ...services, all }
  },
})
// The stand kills what does not end in time.
process.once('SIGTERM', () => void server.stop().catch(onError))
