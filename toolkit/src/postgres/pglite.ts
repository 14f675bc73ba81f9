// PGlite as a `Database`: PostgreSQL inside the process, on disk or in memory.
import { PGlite, types } from '@electric-sql/pglite'
import { repeatingOnConflict } from './repeat.ts'
import type { Database, Sql } from './sql.ts'
import { runWork } from './work.ts'

/**
 * Opens the folder, or a database in memory when there is none. Only one process may hold it. A new
 * one begins as `image` has it, PGlite's own dump of a data directory.
 */
export async function pgliteDatabase(folder?: string, image?: Blob): Promise<Database> {
  const engine = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(image !== undefined && { loadDataDir: image }),
    parsers: { [types.INT8]: Number },
  })
  let closing: Promise<void> | undefined
  return {
    query: queryOn(engine),
    transaction: (work) =>
      repeatingOnConflict(async () => {
        const { result, tell } = await engine.transaction((tx) => runWork(queryOn(tx), work))
        tell()
        return result
      }),
    close() {
      closing ??= engine.close()
      return closing
    },
  }
}

function queryOn(source: Pick<PGlite, 'query'>): Sql['query'] {
  return async <Row>(text: string, values?: readonly unknown[]) => {
    const result = await source.query<Row>(text, values as unknown[] | undefined)
    return result.rows
  }
}
