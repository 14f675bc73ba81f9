// The bell in memory and over Redis.
import { redisUrl } from 'sosik/testing'
import { memoryFanout } from './fanout-memory.ts'
import { redisFanout } from './fanout-redis.ts'
import { fanoutSuite } from './fanout.suite.ts'

const shared = memoryFanout()
fanoutSuite('memory', async () => ({ ...shared, close: async () => {} }))

fanoutSuite('redis', () =>
  redisFanout({
    url: redisUrl(),
    onError: (error) => {
      throw error
    },
  }),
)
