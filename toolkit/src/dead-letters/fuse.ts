// What the tests of crashes share: a process that ends at a certain call of the log or the index.
import { sleep, systemClock } from '../clock.ts'
import { createAlone } from '../consumer/alone.ts'
import { mortalProcess } from '../consumer/mortal.ts'
import type { ShopOptions } from '../consumer/stage.ts'
import type { EventLog, LogAdmin } from '../log/log.ts'
import type { DeadLetterStore } from './store.ts'
import type { Process } from './world.ts'

export interface Fuse extends Process {
  readonly options: ShopOptions
  /** From now on it lives, if it does. */
  spare(): void
  /** Resolves when its group has noticed. */
  died(): Promise<void>
}

export const CALLS = [
  'claim',
  'add',
  'requested',
  'move',
  'append',
  'commit',
  'offsets',
  'read',
] as const

type Call = (typeof CALLS)[number]

/** Of a call that is never made, made too slowly, or made and never answered. */
export const MOMENTS = ['before', 'during', 'after'] as const

/**
 * The process ends before it makes the call; while the call is under way and has done nothing yet,
 * with time for all that does not wait for it; or after it, without hearing the answer.
 */
export interface End {
  readonly call: Call
  /** The first such call is 1. */
  readonly nth: number
  readonly moment: (typeof MOMENTS)[number]
}

/** Several commits long. */
const CALL_MS = 15

/** Without an `end` it lives for ever. */
export function fuse(log: EventLog, store: DeadLetterStore, end?: End): Fuse {
  const mortal = mortalProcess(log)
  const never = new Promise<never>(() => {})
  let calls = 0
  let spared = false
  let dying: Promise<void> | undefined

  async function around<Answer>(call: Call, work: () => Promise<Answer>): Promise<Answer> {
    if (call === end?.call) calls += 1
    const isNth = call === end?.call && calls === end.nth
    // Looked at again after each wait: who was spared meanwhile lives.
    const isLast = () => isNth && !spared
    if (isLast() && end?.moment === 'during') await sleep(systemClock, CALL_MS)
    if (isLast() && end?.moment !== 'after') dying ??= mortal.die()
    if (mortal.isDead) return never
    const answer = await work()
    if (isLast()) dying ??= mortal.die()
    return mortal.isDead ? never : answer
  }

  const admin: LogAdmin = {
    ...log.admin,
    offsets: (topic, at) => around('offsets', () => log.admin.offsets(topic, at)),
    async *read(partition, from, to) {
      await around('read', async () => {})
      yield* log.admin.read(partition, from, to)
    },
  }
  const deadLetters: DeadLetterStore = {
    ...store,
    claim: (...given) => around('claim', () => store.claim(...given)),
    add: (...given) => around('add', () => store.add(...given)),
    move: (...given) => around('move', () => store.move(...given)),
    // Asked again and again: only an answer with something in it is a call to count.
    async requested(requests) {
      const found = mortal.isDead ? await never : await store.requested(requests)
      return found.length === 0 ? found : around('requested', async () => found)
    },
  }
  const mortalLog: EventLog = {
    ...mortal.log,
    admin,
    append: (records) => around('append', () => mortal.log.append(records)),
    async join(options) {
      const member = await mortal.log.join(options)
      return { ...member, commit: (all) => around('commit', () => member.commit(all)) }
    },
  }
  return {
    options: {
      log: mortalLog,
      deadLetters,
      clock: mortal.clock,
      alone: createAlone(mortal.clock),
    },
    isDead: () => mortal.isDead,
    die: () => (dying ??= mortal.die()),
    spare() {
      spared = true
    },
    died: async () => dying,
  }
}
