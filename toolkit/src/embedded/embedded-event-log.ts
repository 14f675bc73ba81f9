// An event log inside this process: one small broker with topics, partitions, groups and commits.
import { type Clock, systemClock } from '../clock.ts'
import { ClosedError } from '../errors.ts'
import type { EventLog } from '../log/log.ts'
import { embeddedAdmin } from './admin.ts'
import type { Broker } from './broker.ts'
import { Coordinator } from './coordinator.ts'
import { startRetention } from './retention.ts'
import type { OpenStorage } from './storage.ts'
import { Writer } from './writer.ts'

export interface EmbeddedOptions {
  /** `diskStorage(folder)` or `memoryStorage()`. */
  readonly storage: OpenStorage
  /** All time and all scheduling: with a virtual clock the log runs as that decides. */
  readonly clock?: Clock
}

/** Opens the storage and runs a log on it; throws `FolderInUseError` while another log has it. */
export function embeddedEventLog({
  storage: open,
  clock = systemClock,
}: EmbeddedOptions): EventLog {
  const storage = open()
  const topics = new Map(storage.topics().map((topic) => [topic.name, topic]))
  const broker: Broker = { storage, clock, topics }
  const writer: Writer = new Writer(broker, (partitions) => {
    coordinator.wake(partitions)
  })
  const coordinator = new Coordinator(broker, writer)
  const stopRetention = startRetention(broker)
  let closed = false
  let closing: Promise<void> | undefined

  /** Members that let go may still append; after that, what is on its way is written. */
  async function shut(): Promise<void> {
    stopRetention()
    await coordinator.leaveAll()
    closed = true
    await writer.drain()
    storage.close()
  }

  return {
    admin: embeddedAdmin(broker, writer, coordinator),
    async append(records) {
      if (closed) throw new ClosedError('embedded event log')
      return writer.append(records)
    },
    join: (options) =>
      Promise.try(() => {
        if (closing) throw new ClosedError('embedded event log')
        return coordinator.join(options)
      }),
    close: () => (closing ??= shut()),
  }
}
