// Runs a command's work on the outbox of the database that its options or the environment name.
import type { Command } from 'commander'
import { type OutboxOperations, operateOutbox, postgresOutboxStore } from 'sosik'
import { type DatabaseFlags, openDatabase, withDatabaseOption } from '../database.ts'
import { type OutputFlags, withOutput } from '../output.ts'
import { printJson } from '../table.ts'
import { telling } from '../telling.ts'

export type OutboxFlags = DatabaseFlags & OutputFlags

export const withOutboxOptions = (command: Command): Command =>
  withOutput(withDatabaseOption(command))

/** Ends the command as `telling` does; it succeeds unless `work` throws. */
export function onOutbox(
  flags: OutboxFlags,
  work: (outbox: OutboxOperations) => Promise<void>,
): Promise<void> {
  return telling(async () => {
    const database = openDatabase(flags)
    try {
      await work(operateOutbox({ store: postgresOutboxStore(database) }))
      return 0
    } finally {
      await database.close()
    }
  })
}

/** What was done: a sentence for a person, an object for a program. */
export function tellDone({ output }: OutputFlags, done: object, sentence: string): void {
  if (output === 'json') printJson(done)
  else console.error(sentence)
}
