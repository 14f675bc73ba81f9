// A face for browsers under its own path: a page, one script and one style, all from this server.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { bundle } from './bundle.ts'

export interface Face {
  /** Without a slash at its end. */
  readonly path: string
  /** Absolute paths of what it is made of. */
  readonly page: string
  readonly entry: string
  readonly style: string
}

const fileOf = (specifier: string) => fileURLToPath(import.meta.resolve(specifier))

export const consoleFace: Face = {
  path: '/console',
  page: fileOf('@sosik/console/index.html'),
  entry: fileOf('@sosik/console'),
  style: fileOf('@sosik/console/style.css'),
}

/** Its own files and its own server; no script in the page, no frame, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Nothing is bundled before somebody looks at it. */
export function mountFace(app: FastifyInstance, face: Face): void {
  const { path } = face
  app.get(path, (_, reply) => reply.redirect(`${path}/`, 308))
  serve(app, `${path}/`, 'text/html', () => readFile(face.page, 'utf8'))
  serve(app, `${path}/app.js`, 'text/javascript', () => bundle(face.entry))
  serve(app, `${path}/style.css`, 'text/css', () => readFile(face.style, 'utf8'))
}

function serve(
  app: FastifyInstance,
  url: string,
  produces: string,
  make: () => Promise<string>,
): void {
  const content = once(async () => {
    const text = await make()
    return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  })
  app.get(url, { config: { produces } }, async (request, reply) => {
    const { text, tag } = await content()
    reply
      .type(`${produces}; charset=utf-8`)
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .header('etag', tag)
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.send(text)
  })
}

/** What has failed is tried again by who asks next. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}
