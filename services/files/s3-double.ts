// A small bucket for tests: it speaks S3 and checks every signature by its own reckoning.
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

const SKEW_MS_MAX = 15 * 60_000

export interface S3Double {
  readonly url: string
  /** By their path. */
  readonly objects: ReadonlyMap<string, Buffer>
  /** What is asked next is answered so, once. */
  failNext(status: number, code: string): void
  stop(): Promise<void>
}

export interface Credentials {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** AWS Signature Version 4, of a request without a query. */
export function signatureOf(
  request: { readonly method: string; readonly path: string; readonly headers: Headers },
  signedHeaders: readonly string[],
  scope: string,
  secretAccessKey: string,
): string {
  const { method, path, headers } = request
  const lines = signedHeaders.map((name) => `${name}:${String(headers[name]).trim()}`)
  const names = signedHeaders.join(';')
  const hash = String(headers['x-amz-content-sha256'])
  const canonical = [method, path, '', ...lines, '', names, hash].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, digest].join('\n')
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (outer, part) => createHmac('sha256', outer).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    )
  return createHmac('sha256', key).update(text).digest('hex')
}

export async function startS3Double(credentials: Credentials): Promise<S3Double> {
  const objects = new Map<string, Buffer>()
  let failure: { status: number; code: string } | undefined
  const server = createServer((request, response) => {
    const refusal = failure ?? refusalOf(request, credentials)
    failure = undefined
    if (refusal !== undefined) {
      response.writeHead(refusal.status, { connection: 'close' })
      response.end(`<Error><Code>${refusal.code}</Code></Error>`)
      return
    }
    answer(objects, request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`,
    objects,
    failNext: (status, code) => (failure = { status, code }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refusalOf(
  { method = '', url: path = '', headers }: IncomingMessage,
  { region, accessKeyId, secretAccessKey }: Credentials,
): { status: number; code: string } | undefined {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    )
  const [, key, scope = '', names = '', signature] = given ?? []
  const date = String(headers['x-amz-date'])
  const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(at - Date.now()) < SKEW_MS_MAX))
    return { status: 403, code: 'RequestTimeTooSkewed' }
  const signed = names.split(';')
  const isWhole = ['host', 'x-amz-content-sha256', 'x-amz-date'].every((one) =>
    signed.includes(one),
  )
  const isOurs = key === accessKeyId && scope === `${date.slice(0, 8)}/${region}/s3/aws4_request`
  const expected = signatureOf({ method, path, headers }, signed, scope, secretAccessKey)
  if (isWhole && isOurs && signature === expected) return undefined
  return { status: 403, code: 'SignatureDoesNotMatch' }
}

async function answer(
  objects: Map<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url: path = '', headers } = request
  const fail = (status: number, code: string) => {
    response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`)
  }
  if (method === 'PUT') {
    if (headers['content-length'] === undefined) return fail(411, 'MissingContentLength')
    // Rejects for a body that is cut: an object is whole or not there.
    objects.set(path, await buffer(request))
    response.writeHead(200).end()
    return
  }
  if (method === 'DELETE') {
    objects.delete(path)
    response.writeHead(204).end()
    return
  }
  const object = objects.get(path)
  if (object === undefined) return fail(404, 'NoSuchKey')
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
  if (from === undefined) response.writeHead(200).end(object)
  else response.writeHead(206).end(object.subarray(Number(from), Number(to) + 1))
}
