// The API's own pages: OpenAPI for programs, and one for people that needs nothing else.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after, before } from 'node:test'
import { apiRoutes, apiSchemas } from '@sosik/contract/api'
import { PROBLEMS, type ProblemCode, problemType } from '@sosik/contract/errors'
import { openApi } from '@sosik/contract/openapi/document'
import fastify, { type FastifyInstance } from 'fastify'
import { html } from '../docs/html.ts'
import { mountDocuments } from './documents.ts'

let app: FastifyInstance

before(async () => {
  app = fastify()
  mountDocuments(app)
})

after(() => app.close())

test('the document is served as it is written in the reference', async () => {
  const { headers, body } = await app.inject('/openapi.json')
  assert.match(String(headers['content-type']), /^application\/json/)
  assert.equal(body, JSON.stringify(openApi(apiRoutes, apiSchemas)))
})

test('the page tells every route and problem, and every link on it leads somewhere', async () => {
  const { body } = await app.inject('/docs')
  for (const { name, route } of apiRoutes) {
    assert.ok(body.includes(`<article id="${name}">`), name)
    assert.ok(body.includes(`${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`), name)
  }
  const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const [, id = ''] of body.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), id)
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    assert.ok(ids.has(problemType(code).split('#')[1]), code)
    assert.ok(body.includes(PROBLEMS[code][2]), code)
  }
})

test('the page loads nothing and runs nothing: its policy allows its own style only', async () => {
  const { headers, body } = await app.inject('/docs')
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /default-src 'none'/)
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(body) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  assert.ok(policy.includes(`style-src 'sha256-${hash}'`))
  assert.doesNotMatch(body, /<script|<img|<link|<iframe| style=| on\w+=|="https?:/)
})

test('text in a template is text', () => {
  const { markup } = html`<p title="${'"'}">${['<b>', { markup: '<i>' }, 1]}</p>`
  assert.equal(markup, '<p title="&quot;">&lt;b&gt;<i>1</p>')
})
