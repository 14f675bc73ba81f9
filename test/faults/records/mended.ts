// What a person would do after the faults: give poison up, bring everything else back.
import { messenger } from '@sosik/contract/catalogue'
import { deadLetters, postgresDeadLetters } from 'sosik'
import type { Stand } from '../stand/stand.ts'

/** What no redrive can help. */
const HOPELESS = ['SOSIK_DECODE', 'SOSIK_SCHEMA']
const RATE_PER_SECOND = 1_000
const REQUESTED_BY = 'faults'

/** Asks for what is open; answers whether nothing is left unended. */
export async function mend({ database, log }: Stand): Promise<boolean> {
  const store = postgresDeadLetters(database)
  const asking = { requestedBy: REQUESTED_BY, ratePerSecond: RATE_PER_SECOND }
  for (const { name: group } of messenger.groups) {
    const letters = deadLetters({ store, admin: log.admin, group })
    for (const errorCode of HOPELESS) await letters.discard({ ...asking, selection: { errorCode } })
    await letters.redrive({ ...asking, selection: {} })
  }
  return (await store.summary()).every(({ unended }) => unended === 0)
}
