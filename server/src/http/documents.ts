// The API's own description: as OpenAPI for programs, and as a page for people.
import { createHash } from 'node:crypto'
import { apiRoutes, apiSchemas } from '@sosik/contract/api'
import { readDocs, readOpenApi } from '@sosik/contract/operations'
import { openApi } from '@sosik/contract/openapi/document'
import type { FastifyInstance } from 'fastify'
import { docsPage } from '../docs/page.ts'
import { STYLE } from '../docs/style.ts'

/** Nothing but its own style, known by its hash: no script, no frame, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function mountDocuments(app: FastifyInstance): void {
  const document = openApi(apiRoutes, apiSchemas)
  const [text, page] = [JSON.stringify(document), docsPage(document)]

  app.get(readOpenApi.path, { config: { produces: readOpenApi.produces } }, async (_, reply) =>
    reply.type('application/json; charset=utf-8').send(text),
  )
  app.get(readDocs.path, { config: { produces: readDocs.produces } }, async (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .send(page),
  )
}
