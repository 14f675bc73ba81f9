// Passwords by argon2id: slow on purpose, so never more than a few at once and never without bound.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Problem } from '@sosik/contract/errors'

/** OWASP's second choice: 19 MiB, two passes, one lane. Older hashes keep the cost they had. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const TAG_BYTES = 32
const NONCE_BYTES = 16

const AT_ONCE_MAX = 2
const WAITING_MAX = 64

interface Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const derive = promisify(argon2)

export interface Passwords {
  /** Rejects with `Problem('too_many')` when too many wait already. */
  hash(password: string): Promise<string>
  /** Takes as long without a stored hash as with one, so that nobody learns who exists. */
  verify(password: string, stored: string | undefined): Promise<boolean>
}

export function createPasswords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX) throw new Problem('too_many')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const nonce = randomBytes(NONCE_BYTES)
        return format(nonce, await tagOf(password, nonce, COST))
      }),
    verify: (password, stored) =>
      inTurn(async () => {
        const parsed = stored === undefined ? undefined : parse(stored)
        const nonce = parsed?.nonce ?? randomBytes(NONCE_BYTES)
        const tag = await tagOf(password, nonce, parsed?.cost ?? COST)
        return parsed !== undefined && timingSafeEqual(tag, parsed.tag)
      }),
  }
}

function tagOf(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'))
  return derive('argon2id', { message, nonce, tagLength: TAG_BYTES, ...cost })
}

function format(nonce: Buffer, tag: Buffer): string {
  const cost = `m=${COST.memory},t=${COST.passes},p=${COST.parallelism}`
  return `$argon2id$v=19$${cost}$${nonce.toString('base64')}$${tag.toString('base64')}`
}

const STORED = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/=]+)\$([\w+/=]+)$/

/** Only `format` writes what is read here; anything else makes argon2 throw a `RangeError`. */
function parse(stored: string): { cost: Cost; nonce: Buffer; tag: Buffer } {
  const [, memory, passes, parallelism, nonce = '', tag = ''] = STORED.exec(stored) ?? []
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
