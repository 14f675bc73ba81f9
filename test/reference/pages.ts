// The reference pages, written from the contract and the server: events, routes, errors, metrics.
import * as analytics from '@sosik/contract/analytics'
import { streamCounts } from '@sosik/services/live/counts.ts'
import { messenger } from '@sosik/contract/catalogue'
import * as chat from '@sosik/contract/chat'
import { PROBLEMS } from '@sosik/contract/errors'
import * as friend from '@sosik/contract/friend'
import * as notification from '@sosik/contract/notification'
import type { AnyRoute } from '@sosik/contract/route'
import * as search from '@sosik/contract/search'
import * as user from '@sosik/contract/user'
import { collectMetrics } from '@sosik/server/src/metrics/metrics.ts'
import { ERROR_SENTENCES, type LogAdmin, systemClock } from 'sosik'

const NOTE = '<!-- Written by `npm run reference`; change the contract instead. -->'

const contexts = { user, friend, chat, notification, search, analytics }

/** File name in `docs/reference` and text of every page. */
export function referencePages(): Record<string, string> {
  return {
    'events.md': eventsPage(),
    'routes.md': routesPage(),
    'errors.md': errorsPage(),
    'metrics.md': metricsPage(),
  }
}

/** All routes of the contract, context by context, in the order of their names. */
function allRoutes(): [context: string, routes: AnyRoute[]][] {
  return Object.entries(contexts).map(([context, module]) => [
    context,
    Object.values(module).filter(isRoute),
  ])
}

function isRoute(value: unknown): value is AnyRoute {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'route'
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
  const sections = allRoutes().map(([context, routes]) => {
    const rows = routes.map(({ method, path, auth, status, says }) =>
      row(code(`${method} ${path}`), auth, status, says),
    )
    const head = ['| route | for | status | |', '| --- | --- | --- | --- |']
    return `## ${context}\n\n${[...head, ...rows].join('\n')}`
  })
  return ['# Routes', NOTE, ...sections].join('\n\n')
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
    deadLetters: { summary: never },
    outbox: { status: never },
    clock: systemClock,
  })
  metrics.stop()
  const rows = metrics.families.map(({ name, kind, help }) => row(code(name), kind, help))
  return [
    '# Metrics',
    NOTE,
    'At `GET /metrics`, for the operator. Counters count from the start of the process.',
    ['| metric | kind | |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')
}
