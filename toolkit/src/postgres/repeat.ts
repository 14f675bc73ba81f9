// Runs a transaction again when the database itself broke it off for the sake of another.

/** serialization_failure and deadlock_detected. */
const CONFLICTS = new Set(['40001', '40P01'])
/** feature_not_supported: a prepared statement's columns have changed under it. */
const STALE_PLAN = '0A000'
const RUNS_MAX = 5

export async function repeatingOnConflict<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let runs = 1; ; runs += 1) {
    try {
      return await run()
    } catch (error) {
      const isConflict = CONFLICTS.has(sqlState(error)) || isStalePlan(error)
      if (runs === RUNS_MAX || !isConflict) throw error
    }
  }
}

/** The connection that it is prepared on is of no more use. */
export const isStalePlan = (error: unknown): boolean => sqlState(error) === STALE_PLAN

/** The five-letter SQLSTATE of a database's error, '' for any other. */
export function sqlState(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' && error.code.length === 5 ? error.code : ''
}
