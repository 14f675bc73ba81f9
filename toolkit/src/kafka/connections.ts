// A set of connections to the brokers: one each, opened when first needed, with calls as promises.
import { TLSSocket } from 'node:tls'
import type { API, Broker, Connection, ConnectionOptions } from '@platformatic/kafka'
import { ConnectionPool, NetworkError, ResponseError } from '@platformatic/kafka'
import type { Clock } from '../clock.ts'
import { ClosedError, TimeoutError } from '../errors.ts'
import { asError } from './faults.ts'

/** Instead of a broker's id: whichever can be reached. */
export const ANY_BROKER = -1

/**
 * A broker answers one connection's requests one after the other, so what may wait long (a fetch,
 * an append) and what must not (a heartbeat) each has a set of its own.
 */
export class Connections {
  readonly #pool: ConnectionPool
  readonly #clock: Clock
  readonly #addresses: (broker: number) => Broker[]
  #closed = false

  constructor(
    clientId: string,
    options: ConnectionOptions,
    clock: Clock,
    addresses: (broker: number) => Broker[],
  ) {
    this.#pool = new ConnectionPool(clientId, options)
    this.#clock = clock
    this.#addresses = addresses
    this.#pool.on('connecting', ({ connection }) => {
      // The calls in flight tell of an error; without a listener it would end the process, and
      // without `close` the client keeps the timer that renews a login.
      connection.on('error', () => {})
      connection.once('close', () => void connection.close())
    })
  }

  /**
   * One request and its answer; error codes inside it are the caller's to read. Rejects when there
   * is no answer: whether the broker did what it was asked is then not known. A request that takes
   * over `timeoutMs` ends its connection, so that it cannot take effect after later ones.
   */
  call<Arguments extends unknown[], Answer>(
    broker: number,
    timeoutMs: number,
    api: API<Arguments, Answer>,
    ...parameters: Arguments
  ): Promise<Answer> {
    let connection: Connection | undefined
    let expired = false
    const exchange = async () => {
      if (this.#closed) throw new ClosedError('the log')
      connection = await this.#connect(broker)
      if (expired) throw new TimeoutError('The connection came too late.')
      return ask(connection, api, parameters)
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        expired = true
        if (connection) cut(connection)
        const who = broker === ANY_BROKER ? 'A broker' : `Broker ${broker}`
        reject(new TimeoutError(`${who} did not answer in ${timeoutMs} ms.`))
      })
      exchange()
        .finally(cancel)
        .then(resolve, (error: unknown) => {
          reject(this.#closed ? new ClosedError('the log') : asError(error))
        })
    })
  }

  /** Ends every connection at once; what is in flight rejects with `ClosedError`. */
  async close(): Promise<void> {
    this.#closed = true
    const open = [...this.#pool]
    const closed = this.#pool.close()
    for (const [, connection] of open) connection.socket.destroy()
    await closed
  }

  async #connect(broker: number): Promise<Connection> {
    const addresses = this.#addresses(broker)
    if (addresses.length === 0) throw new NetworkError(`Broker ${broker} is not known.`)
    const found = Promise.withResolvers<Connection>()
    this.#pool.getFirstAvailable(addresses, (error, connection) => {
      if (connection) found.resolve(connection)
      else found.reject(error)
    })
    return found.promise
  }
}

/**
 * A closed socket goes on sending what the other side has not received, for minutes when packets
 * are lost; a reset one forgets it. What is not all in the system's hands is no whole request.
 */
function cut({ socket }: Connection): void {
  const isPlain = !(socket instanceof TLSSocket) && !socket.connecting
  if (isPlain && socket.writable && socket.writableLength === 0) socket.resetAndDestroy()
  else socket.destroy()
}

async function ask<Arguments extends unknown[], Answer>(
  connection: Connection,
  api: API<Arguments, Answer>,
  parameters: Arguments,
): Promise<Answer> {
  try {
    return await api.async(connection, ...parameters)
  } catch (error) {
    // The client throws an answer that has an error code anywhere in it.
    if (!(error instanceof ResponseError)) throw error
    const answer: Answer = error['response']
    return answer
  }
}
