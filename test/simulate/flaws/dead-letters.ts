// Flaws of dead letters: one that is not awaited, keys that are not parked, steps done by halves.
import type { EventLog, NewRecord } from 'sosik'
import type { Substitutes } from 'sosik/testing'
import { mailingAlone } from '../shop.ts'
import { type Flaw, logWith, shopFlaw } from './flaw.ts'

const isDeadLetter = ({ topic }: NewRecord) => topic.endsWith('.dlq')

/** The dead letter is sent, but nobody waits for its acknowledgement. */
function unawaited<Log extends EventLog>(log: Log): Log {
  return logWith(log, {
    append(records) {
      const appended = log.append(records)
      if (!records.every(isDeadLetter)) return appended
      return Promise.resolve(records.map(() => ({ ok: true, partition: 0, offset: 0n })))
    },
  })
}

/** Whoever is assigned a partition does not ask which of its keys are parked. */
const forgettingKeys: Substitutes['deadLetters'] = (store) => ({
  ...store,
  async claim(group, partitions, owner) {
    await store.claim(group, partitions, owner)
    return []
  },
})

/** The key is free as soon as its dead letter has ended, whatever waits behind it. */
const freeingAtOnce: Substitutes['deadLetters'] = (store, { clock }) => ({
  ...store,
  move(letter, move) {
    const { state, ending } = move.change
    if (state !== 'following' || !ending) return store.move(letter, move)
    const change = { ...move.change, state: ending, endedAtMs: clock.nowMs() }
    return store.move(letter, { ...move, change })
  },
})

const ANSWERS_LOST = 0.3

/** A step that is asked for again, its answer lost, is taken for another member's. */
const notKnowingItsOwn: Substitutes['deadLetters'] = (store, { random }) => ({
  ...store,
  async move(letter, move) {
    const known = await store.find(letter)
    const isMoved = known?.state === letter.state && (await store.move(letter, move))
    // More often than the seed has it: it takes a later event of the same key to be seen.
    if (random() < ANSWERS_LOST) throw new Error('Connection terminated unexpectedly')
    return isMoved
  },
})

export const deadLetterFlaws: readonly Flaw[] = [
  shopFlaw('dead letter not awaited', mailingAlone, 500, { log: unawaited }),
  shopFlaw('parked keys forgotten', mailingAlone, 500, { deadLetters: forgettingKeys }),
  shopFlaw('redrive past a parked key', mailingAlone, 500, { deadLetters: freeingAtOnce }),
  // The product had this one, until a seed found it.
  shopFlaw('a lost answer ends a redrive', mailingAlone, 500, { deadLetters: notKnowingItsOwn }),
]
