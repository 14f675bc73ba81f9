// The contract of the EventLog port as tests: memory, disk and Kafka all pass this one suite.
import { describe } from 'node:test'
import { adminTests } from './log-suite/admin.ts'
import { appendTests } from './log-suite/append.ts'
import type { OpenLog, SuiteOptions } from './log-suite/bench.ts'
import { register } from './log-suite/bench.ts'
import { commitTests } from './log-suite/commit.ts'
import { flowTests } from './log-suite/flow.ts'
import { groupTests } from './log-suite/group.ts'
import { lifeTests } from './log-suite/life.ts'
import { loadTests } from './log-suite/load.ts'
import { rebalanceTests } from './log-suite/rebalance.ts'

/**
 * Registers the suite with node:test under `name`. `open` is called once a test and gives a log,
 * a `reopen` that closes it and connects to the same store again, and a `close` for the end.
 */
export function eventLogSuite(name: string, open: OpenLog, options: SuiteOptions = {}): void {
  const parts = {
    append: appendTests,
    admin: adminTests,
    groups: groupTests,
    commits: commitTests,
    rebalance: rebalanceTests,
    'seek, pause and resume': flowTests,
    load: loadTests,
    'close and reopen': lifeTests,
  }
  describe(name, () => {
    for (const [part, tests] of Object.entries(parts)) {
      describe(part, () => {
        register(tests, open, options)
      })
    }
  })
}
