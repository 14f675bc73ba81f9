// One address before several servers, as a reverse proxy gives it: streams go to the gateways, all
// else to the APIs, each in turn.
import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { stream } from '@sosik/contract/notification'

export interface FrontTargets {
  /** URLs of the servers that answer the HTTP API. */
  readonly apis: readonly string[]
  /** URLs of the servers that hold the event streams. */
  readonly gateways: readonly string[]
}

export interface Front {
  readonly url: string
  close(): Promise<void>
}

export async function openFront({ apis, gateways }: FrontTargets): Promise<Front> {
  let passed = 0
  const server = createServer((asked, answer) => {
    const servers = asked.url?.split('?')[0] === stream.path ? gateways : apis
    pass(asked, answer, servers[(passed += 1) % servers.length] ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Both directions flow; when one side breaks off, the other is broken off too. */
function pass(asked: IncomingMessage, answer: ServerResponse, target: string): void {
  const { method, headers, url } = asked
  const onward = request(`${target}${url}`, { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    answer.flushHeaders()
    response.pipe(answer)
    response.once('error', () => answer.destroy())
  })
  onward.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
  answer.once('close', () => onward.destroy())
  asked.pipe(onward)
}
