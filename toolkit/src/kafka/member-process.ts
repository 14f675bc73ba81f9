// A group member in a process of its own, for the tests that kill it or freeze it.
import { kafkaBrokers } from '../testing/real.ts'
import { kafkaEventLog } from './index.ts'

/** What it says, in the order in which it happens. */
export type Saying =
  | { readonly kind: 'assigned'; readonly offset: string }
  | { readonly kind: 'lost' | 'committed' | 'records' }
  | { readonly kind: 'refused'; readonly error: string }

const [group = '', topic = ''] = process.argv.slice(2)

const say = (saying: Saying) => process.send?.(saying)
const log = await kafkaEventLog({ brokers: kafkaBrokers() })
const member = await log.join({
  group,
  topics: [topic],
  listener: {
    assigned(partitions) {
      for (const { offset } of partitions) say({ kind: 'assigned', offset: String(offset) })
    },
    revoked() {},
    lost: () => void say({ kind: 'lost' }),
    records: () => void say({ kind: 'records' }),
    trouble() {},
  },
})

/** A number tells it to commit that offset; the end of the channel, to end. */
process.on('message', (offset: number) => {
  member.commit([{ topic, partition: 0, offset: BigInt(offset) }]).then(
    () => say({ kind: 'committed' }),
    (error: unknown) => say({ kind: 'refused', error: error instanceof Error ? error.name : '' }),
  )
})
process.on('disconnect', () => void log.close())
