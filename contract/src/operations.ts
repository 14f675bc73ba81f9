// What a server tells of itself: that it lives, what it measures, and how it is spoken to.
import { Type } from 'typebox'
import { route } from './route.ts'

export const readHealth = route('GET /health', {
  auth: 'nobody',
  access: 'anybody',
  answer: Type.Object({ status: Type.Literal('ok') }),
  says: 'The server answers.',
})

export const readMetrics = route('GET /metrics', {
  auth: 'operator',
  access: 'operator',
  produces: 'text/plain',
  answer: Type.String(),
  says: 'What this process measures, in the text format of Prometheus.',
})

export const readOpenApi = route('GET /openapi.json', {
  auth: 'nobody',
  access: 'anybody',
  answer: Type.Record(Type.String(), Type.Unknown()),
  says: 'This API as an OpenAPI 3.1 document.',
})

export const readDocs = route('GET /docs', {
  auth: 'nobody',
  access: 'anybody',
  produces: 'text/html',
  answer: Type.String(),
  says: 'This API as a page for people.',
})
