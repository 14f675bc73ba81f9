// The ports of a cluster: one free block of ten, held against other starters until it is in use.
import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import type { BrokerCount } from './state.ts'

export const LOOPBACK = '127.0.0.1'

// Below the ports that kernels give to outgoing connections (32768 and up on Linux): a node that
// calls a peer which is not up yet could otherwise be given the peer's port, or call itself.
const BLOCK_BASE_MIN = 20_000
const BLOCK_COUNT = 1_200
const BLOCK_SIZE = 10
const BLOCK_TRIES = 100

const CONTROLLER_OFFSET = 3
const POSTGRES_OFFSET = 6
const REDIS_OFFSET = 7
const GUARD_OFFSET = 9

export interface Ports {
  readonly brokers: readonly number[]
  readonly controllers: readonly number[]
  readonly postgres: number
  readonly redis: number
}

/** Free ports; until `release` no other starter takes the same block. */
export interface PortClaim {
  readonly ports: Ports
  readonly release: () => void
}

export function portsFrom(base: number, brokerCount: BrokerCount): Ports {
  const row = (from: number) => Array.from({ length: brokerCount }, (_, index) => from + index)
  return {
    brokers: row(base),
    controllers: row(base + CONTROLLER_OFFSET),
    postgres: base + POSTGRES_OFFSET,
    redis: base + REDIS_OFFSET,
  }
}

/** Takes the remembered block when all of it is still free, another one otherwise. */
export async function claimPorts(brokerCount: BrokerCount, remembered?: Ports): Promise<PortClaim> {
  const before = remembered?.brokers[0]
  for (let attempt = 0; attempt < BLOCK_TRIES; attempt += 1) {
    const random = BLOCK_BASE_MIN + BLOCK_SIZE * randomInt(BLOCK_COUNT)
    const base = attempt === 0 && before !== undefined ? before : random
    const claim = await claimBlock(base, brokerCount)
    if (claim) return claim
  }
  throw new Error(`No free block of ports in ${BLOCK_TRIES} tries.`)
}

async function claimBlock(base: number, brokerCount: BrokerCount): Promise<PortClaim | undefined> {
  const guard = await listenOn(base + GUARD_OFFSET)
  if (!guard) return undefined
  const ports = portsFrom(base, brokerCount)
  for (const port of [...ports.brokers, ...ports.controllers, ports.postgres, ports.redis]) {
    if (await isFree(port)) continue
    guard.close()
    return undefined
  }
  return { ports, release: () => void guard.close() }
}

/** Asks the kernel by listening there for a moment. */
export async function isFree(port: number): Promise<boolean> {
  const server = await listenOn(port)
  if (!server) return false
  await new Promise((resolve) => server.close(resolve))
  return true
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.unref()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => resolve(server))
  })
}
