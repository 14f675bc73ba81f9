// The embedded log in memory keeps the contract.
import { eventLogSuite } from '../testing/log-suite.ts'
import { embeddedEventLog } from './embedded-event-log.ts'
import { memoryStorage } from './memory.ts'

eventLogSuite('embedded log in memory', () => {
  const storage = memoryStorage()
  let log = embeddedEventLog({ storage })
  return Promise.resolve({
    log,
    async reopen() {
      await log.close()
      log = embeddedEventLog({ storage })
      return log
    },
    close: () => log.close(),
  })
})
