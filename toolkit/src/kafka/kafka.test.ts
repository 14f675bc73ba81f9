// The contract of the EventLog port, on real brokers.
import { eventLogSuite } from '../testing/log-suite.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { kafkaEventLog } from './index.ts'

eventLogSuite('kafka', async () => {
  const open = () => kafkaEventLog({ brokers: kafkaBrokers() })
  let log = await open()
  return {
    log,
    async reopen() {
      await log.close()
      log = await open()
      return log
    },
    close: () => log.close(),
  }
})
