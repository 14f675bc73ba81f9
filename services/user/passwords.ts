// Passwords by argon2id: slow on purpose, so never more than a few at once and never without bound.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Problem } from '@sosik/contract/errors'

/** OWASP's second choice: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456
const PASSES = 2
const PARALLELISM = 1
const TAG_BYTES = 32
const NONCE_BYTES = 16

const AT_ONCE_MAX = 2
const WAITING_MAX = 64

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
        return format(nonce, await tagOf(password, nonce))
      }),
    verify: (password, stored) =>
      inTurn(async () => {
        const parsed = stored === undefined ? undefined : parse(stored)
        const tag = await tagOf(password, parsed?.nonce ?? randomBytes(NONCE_BYTES))
        return parsed !== undefined && timingSafeEqual(tag, parsed.tag)
      }),
  }
}

function tagOf(password: string, nonce: Buffer): Promise<Buffer> {
  return derive('argon2id', {
    message: Buffer.from(password.normalize('NFC')),
    nonce,
    parallelism: PARALLELISM,
    tagLength: TAG_BYTES,
    memory: MEMORY_KIB,
    passes: PASSES,
  })
}

const PARAMETERS = `m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}`

const format = (nonce: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$${PARAMETERS}$${nonce.toString('base64')}$${tag.toString('base64')}`

function parse(stored: string): { nonce: Buffer; tag: Buffer } {
  const [, name, version, parameters, nonce = '', tag = ''] = stored.split('$')
  if (name !== 'argon2id' || version !== 'v=19' || parameters !== PARAMETERS) {
    throw new Error('a stored password has parameters that this version does not know')
  }
  return { nonce: Buffer.from(nonce, 'base64'), tag: Buffer.from(tag, 'base64') }
}
