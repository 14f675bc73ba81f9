// A consumer on the disk's log in a process of its own, for the tests that kill it.
import { appendFileSync } from 'node:fs'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { diskStorage } from '../embedded/disk.ts'
import { sleep, systemClock } from '../clock.ts'
import { openStage } from './stage.ts'

/** A line for each handler that began, written at once, so that a kill -9 cannot hide it. */
const [folder = '', linesFile = '', commitIntervalMs = ''] = process.argv.slice(2)

const stage = await openStage({ log: embeddedEventLog({ storage: diskStorage(folder) }) })
const consumer = stage.consumer(
  {
    async OrderPlaced({ data }) {
      appendFileSync(linesFile, `${Date.now()} ${data.note}\n`)
      if (data.note.startsWith('poison')) process.kill(process.pid, 'SIGKILL')
      if (data.note.startsWith('stuck')) await new Promise(() => {})
      await sleep(systemClock, 5)
    },
  },
  { commitIntervalMs: Number(commitIntervalMs) },
)
await consumer.start()
const [end] = await stage.log.admin.offsets('orders', 'latest')
while ((await stage.committed()) !== end?.offset) await sleep(systemClock, 10)
await consumer.stop()
await stage.close()
