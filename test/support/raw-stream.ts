// An event stream as little more than a socket: for runs that hold many of them on few cores.
import { type ClientRequest, get } from 'node:http'

export interface Heard {
  readonly id: string | undefined
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The server's heartbeat comes every 15 s. */
const SILENCE_MS_MAX = 20_000

export interface Opening {
  readonly port: number | undefined
  readonly token: string
  readonly cursor?: string | undefined
  readonly hear: (heard: Heard) => void
  /** Called when the connection is of no use any more, with the reason. */
  readonly over: (why: string) => void
}

export function openStream({ port, token, cursor, hear, over }: Opening): ClientRequest {
  const asked = get({
    agent: false,
    host: '127.0.0.1',
    port,
    path: '/stream',
    headers: {
      authorization: `Bearer ${token}`,
      ...(cursor !== undefined && { 'last-event-id': cursor }),
    },
  })
  asked.setTimeout(SILENCE_MS_MAX, () => over('silence'))
  asked.on('error', (error) => over(error.message))
  asked.once('response', (response) => {
    if (response.statusCode !== 200) return over(`status ${response.statusCode}`)
    let rest = ''
    response.setEncoding('utf8')
    response.on('error', () => {})
    response.once('close', () => over('ended'))
    response.on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        const heard = parse(frame)
        if (heard !== undefined) hear(heard)
      }
    })
  })
  return asked
}

/** Undefined for a comment, such as the heartbeat. */
function parse(frame: string): Heard | undefined {
  const fields = new Map<string, string>()
  for (const line of frame.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2))
  }
  const body = fields.get('data')
  if (body === undefined) return undefined
  const { data } = JSON.parse(body) as { data: Heard['data'] }
  return { id: fields.get('id'), type: fields.get('event') ?? '', data }
}
