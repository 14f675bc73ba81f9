// The load as a process of its own: people, rooms, commands and readers, as the run orders.
import { join } from 'node:path'
import { randomOf } from '../random.ts'
import { openJournal } from '../records/journal.ts'
import type { CommandLine, StreamLine } from '../records/lines.ts'
import { commandsOf } from './commands.ts'
import { startLoader } from './loader.ts'
import type { LoadNews, LoadOrder, LoadStart } from './orders.ts'
import { startReaders } from './readers.ts'
import { makeWorld } from './world.ts'

const STATE_MS = 500

const tell = (news: LoadNews) => process.send?.(news)

async function begin({ apis, gateways, historyFolder, seed }: LoadStart) {
  const random = randomOf(seed)
  const world = await makeWorld(apis, random)
  const commands = commandsOf(world, random)
  const streams = openJournal<StreamLine>(join(historyFolder, 'streams.jsonl'))
  const readers = startReaders(world.people, gateways, streams)
  const journal = openJournal<CommandLine>(join(historyFolder, 'commands.jsonl'))
  const loader = startLoader({ hosts: apis, commands, journal })
  setInterval(() => {
    const { accepted, open } = loader
    tell({ say: 'state', accepted, open, live: readers.live, cursors: readers.cursors() })
  }, STATE_MS)
  tell({ say: 'ready', roomIds: world.marked.map((room) => room.roomId) })
  return { world, commands, readers, loader, random }
}

let running: ReturnType<typeof begin> | undefined

async function obey(order: LoadOrder): Promise<void> {
  if (order.say === 'start') {
    running = begin(order)
    await running
    return
  }
  const load = await running
  if (load === undefined) throw new Error('The load was not started.')
  const { world, commands, readers, loader, random } = load
  switch (order.say) {
    case 'rate':
      loader.rate(order.perSecond)
      break
    case 'speak': {
      const room = world.marked[order.room % world.marked.length] ?? world.hot
      // One speaker, one after the other: what was said first has the lower number.
      for (const content of order.contents) {
        const command = commands.message(room, content, room.members[0])
        await new Promise<void>((resolve) => {
          const { settled } = command
          loader.send({ ...command, settled: (result) => (settled?.(result), resolve()) })
        })
      }
      break
    }
    case 'cut':
      for (let count = 0; count < order.readers; count += 1) {
        readers.cut(random.pick(world.people).userId)
      }
      break
    case 'stop':
      await loader.stop(order.limitMs)
      tell({ say: 'stopped' })
      break
  }
}

process.on('message', (order: LoadOrder) => {
  obey(order).catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
    process.disconnect()
  })
})
// Without the run there is nothing to do, and the streams would keep the process alive.
// oxlint-disable-next-line unicorn/no-process-exit
process.on('disconnect', () => process.exit())
