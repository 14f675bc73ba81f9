// Passwords by argon2id: slow on purpose, so never more than a few at once and never without bound.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Problem } from '@sosik/contract/errors'
import { isCommon } from './common-passwords.ts'

/** OWASP's first choice: 46 MiB, one pass, one lane. An older hash is renewed at a sign-in. */
const COST: Cost = { memory: 47_104, passes: 1, parallelism: 1 }
const TAG_BYTES = 32
const NONCE_BYTES = 16

/** Half of the processors at most: messages go on while people sign in. */
const AT_ONCE_MAX = availableParallelism() >= 4 ? 2 : 1
const WAITING_MAX = 64

interface Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const derive = promisify(argon2)

interface Hashed {
  readonly password_hash: string
}

export interface Passwords {
  /**
   * Rejects with `Problem('password_common')` for one of the commonest, and as the others do with
   * `Problem('not_ready')` when too many wait already.
   */
  hash(password: string): Promise<string>
  /**
   * The account that is found, if the password is its own. It is looked for when its turn comes, so
   * that who is sent away has cost nothing; and without one it takes as long as with one, so that
   * nobody learns who exists.
   */
  verified<Account extends Hashed>(
    password: string,
    find: () => Promise<Account | undefined>,
  ): Promise<Account | undefined>
  /** A hash at the cost of today for one that has another; undefined where none is needed. */
  renew(password: string, stored: string): Promise<string | undefined>
}

export function createPasswords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX) throw new Problem('not_ready')
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

  const hash = (password: string) =>
    inTurn(async () => {
      const nonce = randomBytes(NONCE_BYTES)
      return format(nonce, await tagOf(password, nonce, COST))
    })

  return {
    async hash(password) {
      if (isCommon(password)) throw new Problem('password_common')
      return hash(password)
    },
    verified: (password, find) =>
      inTurn(async () => {
        const account = await find()
        const parsed = account && parse(account.password_hash)
        const nonce = parsed?.nonce ?? randomBytes(NONCE_BYTES)
        const tag = await tagOf(password, nonce, parsed?.cost ?? COST)
        return parsed !== undefined && timingSafeEqual(tag, parsed.tag) ? account : undefined
      }),
    async renew(password, stored) {
      const { memory, passes, parallelism } = parse(stored).cost
      const isOfToday =
        memory === COST.memory && passes === COST.passes && parallelism === COST.parallelism
      // Where too many wait the old hash stands once more: the sign-in itself was right.
      return isOfToday ? undefined : hash(password).catch(() => undefined)
    },
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
