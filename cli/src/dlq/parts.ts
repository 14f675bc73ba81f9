// What the commands of dead letters work with: their index, and the log that holds the letters.
import type { Command } from 'commander'
import {
  type DeadLetters,
  type DeadLetterStore,
  deadLetters,
  type LetterReader,
  postgresDeadLetters,
} from 'sosik'
import type { Catalogue, ConsumerGroup } from 'sosik/catalogue'
import { loadCatalogue } from '../catalogue.ts'
import { type DatabaseFlags, openDatabase, withDatabaseOption } from '../database.ts'
import { type LogFlags, openLog, withLogOptions } from '../on-log.ts'
import { telling } from '../telling.ts'

export interface DlqFlags extends LogFlags, DatabaseFlags {}

export interface DlqParts {
  readonly catalogue: Catalogue
  readonly index: DeadLetterStore
  readonly reader: LetterReader
  close(): Promise<void>
}

export type OpenDlq = (flags: DlqFlags) => Promise<DlqParts>

export const withDlqOptions = (command: Command): Command =>
  withLogOptions(withDatabaseOption(command))

/** The log is connected to when a letter is read: most commands need the index alone. */
export const openParts: OpenDlq = async (flags) => {
  const catalogue = await loadCatalogue(flags.config)
  const database = openDatabase(flags)
  let opening: ReturnType<typeof openLog> | undefined
  const admin = async () => (await (opening ??= openLog(flags))).admin
  return {
    catalogue,
    index: postgresDeadLetters(database),
    reader: {
      offsets: async (...query) => (await admin()).offsets(...query),
      async *read(...range) {
        yield* (await admin()).read(...range)
      },
    },
    async close() {
      const log = await opening?.catch(() => undefined)
      await log?.close()
      await database.close()
    },
  }
}

/** Sets the exit code that `work` answers; closes the parts. */
export function onDlq(
  open: OpenDlq,
  flags: DlqFlags,
  work: (parts: DlqParts) => Promise<number>,
): Promise<void> {
  return telling(async () => {
    const parts = await open(flags)
    try {
      return await work(parts)
    } finally {
      await parts.close()
    }
  })
}

export const lettersOf = ({ index, reader }: DlqParts, { name }: ConsumerGroup): DeadLetters =>
  deadLetters({ store: index, admin: reader, group: name })
