// What a Kafka log is opened with, and how the client wants to hear it.
import { isIP } from 'node:net'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ConnectionOptions, SASLOptions } from '@platformatic/kafka'
import { parseBroker } from '@platformatic/kafka'
import type { Clock } from '../clock.ts'

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'OAUTHBEARER'
      /** Called for every login. */
      readonly token: () => string | Promise<string>
    }

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[]
  /** What the brokers' logs and quotas call this process; `sosik` by default. */
  readonly clientId?: string
  readonly sasl?: KafkaSasl
  /** Encrypts the connections, with Node's TLS options; `{}` trusts the system's authorities. */
  readonly tls?: TlsOptions
  readonly clock?: Clock
}

const CONNECT_TIMEOUT_MS = 3000
/** Each request has a limit of its own; this one stands behind them. */
const REQUEST_TIMEOUT_MS = 60_000
const REQUESTS_IN_FLIGHT_MAX = 5

export function connectionOptions({ brokers, sasl, tls }: KafkaOptions): ConnectionOptions {
  // A server name has to be a name: brokers that are known by their numbers get none.
  const areNamed = brokers.some((broker) => isIP(parseBroker(broker).host) === 0)
  return {
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxInflights: REQUESTS_IN_FLIGHT_MAX,
    ...(sasl && { sasl: sasl satisfies SASLOptions }),
    ...(tls && { tls, tlsServerName: tls.servername ?? areNamed }),
  }
}
