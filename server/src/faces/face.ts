// A face for browsers: a page, one script, one style and an icon, all from this server.
import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'

export interface Face {
  /** Where its page is. */
  readonly url: string
  /** Where its files are, without a slash at its end. */
  readonly path: string
  /** Absolute paths of what it is made of. */
  readonly page: string
  readonly entry: string
  /** A pattern of files that follow each other by their names. */
  readonly style: string
  /** Without one it has no images at all. */
  readonly icon?: string
}

const fileOf = (specifier: string) => fileURLToPath(import.meta.resolve(specifier))

const folderOf = (name: string) => dirname(fileOf(`${name}/package.json`))
const web = folderOf('@sosik/web')
const operators = folderOf('@sosik/console')

/** The chat client. Below `/` lies the API: its files have a path of their own. */
export const webFace: Face = {
  url: '/',
  path: '/web',
  page: join(web, 'look/page.html'),
  entry: fileOf('@sosik/web'),
  style: join(web, 'look/*.css'),
  icon: join(web, 'look/icon.svg'),
}

export const consoleFace: Face = {
  url: '/console/',
  path: '/console',
  page: join(operators, 'look/page.html'),
  entry: fileOf('@sosik/console'),
  style: join(operators, 'look/*.css'),
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
]

/** Nothing is bundled before somebody looks at it. */
export function mountFace(app: FastifyInstance, face: Face): void {
  const { url, path, icon } = face
  const policy = [...POLICY, ...(icon === undefined ? [] : ["img-src 'self'"])].join('; ')
  const serve = serveOn(app, policy)
  app.get(path, (_, reply) => reply.redirect(url, 308))
  serve(url, 'text/html', () => readFile(face.page, 'utf8'))
  serve(`${path}/app.js`, 'text/javascript', () => script(face.entry))
  serve(`${path}/style.css`, 'text/css', () => sheets(face.style))
  if (icon !== undefined) {
    serve(`${path}/icon.svg`, 'image/svg+xml', () => readFile(icon, 'utf8'))
  }
}

/** Only a process that is asked for a page loads what bundles it. */
async function script(entry: string): Promise<string> {
  const { bundle } = await import('./bundle.ts')
  return bundle(entry)
}

async function sheets(pattern: string): Promise<string> {
  const paths = await Array.fromAsync(glob(pattern))
  const texts = await Promise.all(paths.sort().map((path) => readFile(path, 'utf8')))
  return texts.join('\n')
}

type Serve = (url: string, produces: string, make: () => Promise<string>) => void

function serveOn(app: FastifyInstance, policy: string): Serve {
  return (url, produces, make) => {
    const content = once(async () => {
      const text = await make()
      return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` }
    })
    app.get(url, { config: { produces } }, async (request, reply) => {
      const { text, tag } = await content()
      reply
        .type(`${produces}; charset=utf-8`)
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .header('etag', tag)
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      return reply.send(text)
    })
  }
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
