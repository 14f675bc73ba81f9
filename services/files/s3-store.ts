// Files in a bucket that speaks S3: one request a file, signed, streamed in both directions.
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AwsV4Signer } from 'aws4fetch'
import { exactly, type FileStore, placeOf } from './file-store.ts'

export interface S3Settings {
  /** Of the bucket, or of a folder in it: `https://s3.example.com/bucket/files`. */
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A bucket that does not answer holds the sweep no longer. */
const REMOVE_MS_MAX = 30_000
/** Node's fetch wants to be told that a stream is sent before the answer is read. */
const HALF_DUPLEX = { duplex: 'half' }

export function s3FileStore(settings: S3Settings): FileStore {
  const keys = new Map<string, ArrayBuffer>()

  async function ask(method: string, fileId: string, given: RequestInit = {}): Promise<Response> {
    const { url: base, ...credentials } = settings
    const what = { method, url: `${base}/${placeOf(fileId)}`, headers: given.headers ?? {} }
    const signer = new AwsV4Signer({ ...credentials, ...what, service: 's3', cache: keys })
    const { url, headers } = await signer.sign()
    return fetch(url, { ...given, method, headers })
  }

  return {
    async write(fileId, bytes, sizeBytes) {
      const headers = { 'content-length': String(sizeBytes) }
      const counted = Readable.from(exactly(sizeBytes, bytes), { objectMode: false })
      const body = Readable.toWeb(counted) as BodyInit
      await done(await ask('PUT', fileId, { headers, body, ...HALF_DUPLEX }))
    },

    async read(fileId, span) {
      const headers: Record<string, string> = {}
      if (span !== undefined) headers.range = `bytes=${span.start}-${span.end}`
      const response = await ask('GET', fileId, { headers })
      if (response.status === (span === undefined ? 200 : 206) && response.body !== null) {
        return Readable.fromWeb(response.body as ReadableStream)
      }
      if (response.status !== 404) throw await refusal(response)
      await response.arrayBuffer()
      return undefined
    },

    async remove(fileId) {
      const response = await ask('DELETE', fileId, { signal: AbortSignal.timeout(REMOVE_MS_MAX) })
      if (response.status !== 404) await done(response)
    },
  }
}

async function done(response: Response): Promise<void> {
  if (!response.ok) throw await refusal(response)
  await response.arrayBuffer()
}

/** S3 says why in XML. */
async function refusal(response: Response): Promise<Error> {
  const [, code = 'no code'] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? []
  return new Error(`The bucket answered ${response.status} (${code}).`)
}
