// The reference pages, written from contract and server: events, API, routes, errors, metrics.
import { ACCESS } from '@sosik/contract/access'
import { apiRoutes, apiSchemas } from '@sosik/contract/api'
import { messenger } from '@sosik/contract/catalogue'
import { PROBLEMS } from '@sosik/contract/errors'
import { openApi } from '@sosik/contract/openapi/document'
import { ADDRESS_RATE, RATES, type Rate } from '@sosik/contract/rates'
import { collectMetrics } from '@sosik/server/src/metrics/metrics.ts'
import { databaseRights } from '@sosik/server/src/rights/database.ts'
import { kafkaRights } from '@sosik/server/src/rights/kafka.ts'
import { streamCounts } from '@sosik/services/live/counts.ts'
import { ERROR_SENTENCES, type LogAdmin, systemClock } from 'sosik'

const NOTE = '<!-- Written by `npm run reference`; change the contract instead. -->'

/** File name in `docs/reference` and text of every page. */
export function referencePages(): Record<string, string> {
  return {
    'events.md': eventsPage(),
    'routes.md': routesPage(),
    'errors.md': errorsPage(),
    'metrics.md': metricsPage(),
    'rights.md': rightsPage(),
    'openapi.json': JSON.stringify(openApi(apiRoutes, apiSchemas), undefined, 2),
  }
}

function eventsPage(): string {
  const topics = messenger.topics.map((one) =>
    row(code(one.name), one.partitions, one.replicationFactor, `${one.retentionMs / HOUR_MS} h`),
  )
  const groups = messenger.groups.map((one) =>
    row(code(one.name), one.topics.map((topic) => topic.name).join(', '), one.afterDeadLetter),
  )
  const events = messenger.events.map((one) =>
    [
      `### ${one.name}`,
      `Topic ${code(one.topic.name)}, key ${code(one.key)}, ` +
        `subject ${code(one.subject)}, version ${one.version}.`,
      '```json',
      JSON.stringify({ ...(one.example as object), __type__: one.name }, undefined, 2),
      '```',
    ].join('\n\n'),
  )
  return [
    '# Events',
    NOTE,
    '## Topics',
    'Each has a dead letter topic `<topic>.dlq` with as many partitions, kept for 30 days.',
    ['| topic | partitions | replicas | kept |', '| --- | --- | --- | --- |', ...topics].join('\n'),
    '## Groups',
    ['| group | topics | after a dead letter |', '| --- | --- | --- |', ...groups].join('\n'),
    '## Events, as they travel',
    ...events,
  ].join('\n\n')
}

function routesPage(): string {
  const contexts = Map.groupBy(apiRoutes, ({ context }) => context)
  const sections = [...contexts].map(([context, routes]) => {
    const rows = routes.map(({ route: { method, path, access, rate, status, says } }) =>
      row(code(`${method} ${path}`), ACCESS[access].says, rate, status, says),
    )
    const head = ['| route | for | limit | status | |', '| --- | --- | --- | --- | --- |']
    return `## ${context}\n\n${[...head, ...rows].join('\n')}`
  })
  return ['# Routes', NOTE, ...sections, ...ratesSection()].join('\n\n')
}

function ratesSection(): string[] {
  const rows = Object.entries<readonly Rate[]>({ ...RATES, 'every request': [ADDRESS_RATE] })
    .flatMap(([name, rates]) => rates.map((rate) => [name, rate] as const))
    .map(([name, { per, calls, periodMs }]) => row(code(name), per, calls, `${periodMs / 1_000} s`))
  return [
    '## Limits',
    [
      'So many calls at once; what was used comes back evenly over the time. A call over a limit',
      'is answered `429 too_many` with `Retry-After`; `RateLimit` and `RateLimit-Policy` tell how',
      'it stands. `RATE_LIMIT_FACTOR` multiplies them all.',
    ].join(' '),
    ['| limit | counted by | calls | over |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ]
}

const HOUR_MS = 3_600_000
const code = (text: string): string => `\`${text}\``
const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`

function errorsPage(): string {
  const problems = Object.entries(PROBLEMS).map(([name, [status, english, korean]]) =>
    row(code(name), status, english, korean),
  )
  const errors = Object.entries(ERROR_SENTENCES).map(([name, sentence]) =>
    row(code(name), sentence),
  )
  return [
    '# Errors',
    NOTE,
    '## What the API answers\n\nProblem details (RFC 9457), media type `application/problem+json`.',
    ['| code | status | | |', '| --- | --- | --- | --- |', ...problems].join('\n'),
    '## What the toolkit throws\n\nThe `code` of every `SosikError`.',
    ['| code | |', '| --- | --- |', ...errors].join('\n'),
  ].join('\n\n')
}

/** Of parts that are never asked: only the names are wanted. */
function metricsPage(): string {
  const never = () => Promise.reject(new Error('nobody asks for figures here'))
  const metrics = collectMetrics({
    admin: new Proxy({} as LogAdmin, { get: () => never }),
    gateway: { streams: 0, counts: streamCounts() },
    groups: messenger.groups,
    deadLetters: { summary: never },
    outbox: { status: never },
    clock: systemClock,
  })
  metrics.stop()
  const rows = metrics.families.map(({ name, kind, help }) => row(code(name), kind, help))
  return [
    '# Metrics',
    NOTE,
    [
      'At `GET /metrics`, for the operator. Counters count from the start of the process. Each',
      'process tells of what it works on: the API of all groups, a worker of its own one; the API',
      'and the relay of the outbox.',
    ].join(' '),
    ['| metric | kind | |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')
}

function rightsPage(): string {
  const ofKafka = kafkaRights().map(({ principal, resource, name, operations }) =>
    row(code(principal), resource, code(name), operations.join(', ')),
  )
  const ofTables = [...databaseRights()].flatMap(([role, rights]) =>
    rights.map(({ table, privileges, columns }) =>
      row(code(role), code(table), privileges.join(', '), columns?.join(', ') ?? ''),
    ),
  )
  return [
    '# Rights',
    NOTE,
    [
      'Where each role logs in as somebody of its own, this is all that it needs, and all that',
      '`npm run security` finds it able to do (tests 22, 23 and 28). The tables are made by their',
      'owner: start one process as the owner after an update, before the others.',
    ].join(' '),
    '## Kafka',
    [
      'ACLs for the principal of each role; the brokers run an authorizer and let nobody do what',
      'no ACL allows. `operator` is who uses the command line.',
    ].join(' '),
    ['| role | | | may |', '| --- | --- | --- | --- |', ...ofKafka].join('\n'),
    '## PostgreSQL',
    ['| role | table | may | only these columns |', '| --- | --- | --- | --- |', ...ofTables].join(
      '\n',
    ),
  ].join('\n\n')
}
