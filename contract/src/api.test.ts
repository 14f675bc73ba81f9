// The API's document: whole, valid by its own references, and true of every route.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import { apiRoutes, apiSchemas, isRoute } from './api.ts'
import { PROBLEMS } from './errors.ts'
import { openApi, type Operation } from './openapi/document.ts'
import { problemsOf } from './problems.ts'

const document = openApi(apiRoutes, apiSchemas)

function operation(name: string): Operation {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const found = operations.find(({ operationId }) => operationId === name)
  assert.ok(found, name)
  return found
}

test('every route that a context declares is in the document, once', async () => {
  const files = await readdir(import.meta.dirname)
  const modules = files.filter((file) => /^\w+\.ts$/.test(file))
  const declared = await Promise.all(
    modules.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>),
  )
  const routes = new Set(declared.flatMap((module) => Object.values(module)).filter(isRoute))
  assert.deepEqual(new Set(apiRoutes.map(({ route }) => route)), routes)
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods))
  assert.equal(operations.length, routes.size)
})

test('every reference leads to a component, and the document is JSON', () => {
  const text = JSON.stringify(document)
  for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
    const components: Record<string, object> = document.components
    assert.ok(name in (components[kind] ?? {}), `${kind}/${name}`)
  }
  assert.deepEqual(JSON.parse(text), document)
})

test('an operation says what it takes, who may call, and what it answers', () => {
  const sending = operation('sendMessage')
  assert.deepEqual(
    sending.parameters?.map((one) => `${one.in} ${one.name} ${one.required}`),
    ['path room_id true'],
  )
  assert.deepEqual(sending.security, [{ bearer: [] }, { cookie: [] }])
  assert.deepEqual(sending.responses['201'], {
    description: 'Made.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Message' } } },
  })
  assert.deepEqual(operation('signIn').security, [])
  assert.deepEqual(operation('readAnalytics').tags, ['analytics', 'operator'])
  assert.deepEqual(
    operation('listMessages').parameters?.map((one) => `${one.in} ${one.name}`),
    ['path room_id', 'query before_seq', 'query after_seq', 'query limit'],
  )
  assert.ok(operation('createRoom').parameters?.some((one) => one.name === 'Idempotency-Key'))
})

test('every problem of a route stands under its status, with its code', () => {
  for (const { name, route } of apiRoutes) {
    const { responses } = operation(name)
    for (const code of problemsOf(route)) {
      const response = JSON.stringify(responses[PROBLEMS[code][0]])
      const isThere = response.includes(`"${code}"`) || response.endsWith(`/${code}"}`)
      assert.ok(isThere, `${name} answers ${code}`)
    }
  }
})

test('a stream is described by its frames', () => {
  const stream = operation('stream')
  assert.ok(stream.parameters?.some((one) => one.name === 'Last-Event-ID'))
  assert.deepEqual(stream.responses['200'], {
    description: 'Done.',
    content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/Frame' } } },
  })
})
