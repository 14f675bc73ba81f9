// Requests over connections that stay open: as little as the machine's two cores allow.
import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Asking {
  readonly method: string
  readonly path: string
  readonly token?: string
  readonly body?: object
}

/** One server process; `name` is what the records call it. */
export interface Host {
  readonly name: string
  readonly port: number
}

/** One after the other, round and round. Throws where there is none. */
export function rotation(hosts: readonly Host[]): () => Host {
  let asked = 0
  return () => {
    const host = hosts[(asked += 1) % hosts.length]
    if (host === undefined) throw new Error('There is nobody to talk to.')
    return host
  }
}

/** After that nobody knows what became of a request. */
const ANSWER_MS_MAX = 15_000
const CONNECTIONS_MAX = 128
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, maxFreeSockets: 64 })

/** Rejects when there is no answer: whether the server did what it was asked is then not known. */
export function ask(host: Host, asking: Asking): Promise<Answer> {
  const { method, path, token, body } = asking
  const text = body === undefined ? '' : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request({
      agent,
      host: '127.0.0.1',
      port: host.port,
      method,
      path,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      },
    })
    sent.setTimeout(ANSWER_MS_MAX, () => sent.destroy(new Error('no answer in time')))
    sent.once('error', reject)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('close', () => {
        if (!response.complete) return reject(new Error('the answer broke off'))
        const whole = Buffer.concat(chunks).toString()
        const status = response.statusCode ?? 0
        resolve({ status, body: whole === '' ? {} : (JSON.parse(whole) as Answer['body']) })
      })
    })
    sent.end(text)
  })
}

/** The body of an answer; rejects with what was said when it is a refusal. */
export async function must(host: Host, asking: Asking): Promise<Answer['body']> {
  const { status, body } = await ask(host, asking)
  if (status >= 300) throw new Error(`${asking.path}: ${status} ${JSON.stringify(body)}`)
  return body
}
