// The run's end of the load process.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadNews, LoadOrder, LoadStart } from './orders.ts'

type State = Extract<LoadNews, { say: 'state' }>

export interface Load {
  /** What the load told last. */
  readonly state: State
  /** The rooms that are kept for marked messages. */
  readonly markedRoomIds: readonly number[]
  order(order: Exclude<LoadOrder, LoadStart>): void
  /** Takes no new commands and waits until every outcome is known. */
  stop(): Promise<void>
  close(): void
}

const MAIN = join(import.meta.dirname, './main.ts')
/** What is unknown after that stays unknown, and is looked up in the database. */
const OUTCOMES_MS_MAX = 60_000
/** A load that says nothing so long after that is stuck. */
const STOPPED_MS_MAX = 75_000
const NOTHING: State = { say: 'state', accepted: 0, open: 0, live: 0, cursors: {} }

/** Resolves when people and rooms are there and the readers' streams are opened. */
export async function startLoad(
  start: Omit<LoadStart, 'say'>,
  ledger: { add(pid: number): void },
): Promise<Load> {
  const log = openSync(join(start.historyFolder, 'load.log'), 'a')
  const child = fork(MAIN, { stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  ledger.add(child.pid ?? 0)
  let state = NOTHING
  child.on('message', (news: LoadNews) => {
    if (news.say === 'state') state = news
  })
  const send = (order: LoadOrder) => void (child.connected && child.send(order))
  const ready = heard(child, 'ready')
  send({ say: 'start', ...start })
  const { roomIds } = await ready
  return {
    get state() {
      return state
    },
    markedRoomIds: roomIds,
    order: send,
    async stop() {
      const stopped = heard(child, 'stopped')
      send({ say: 'stop', limitMs: OUTCOMES_MS_MAX })
      const stuck = setTimeout(() => child.kill('SIGKILL'), STOPPED_MS_MAX)
      await stopped.finally(() => clearTimeout(stuck))
    },
    close: () => void (child.connected && child.disconnect()),
  }
}

/** Rejects when the process ends before it says so. */
function heard<Say extends LoadNews['say']>(
  child: ChildProcess,
  say: Say,
): Promise<Extract<LoadNews, { say: Say }>> {
  return new Promise((resolve, reject) => {
    child.on('message', (news: LoadNews) => {
      if (news.say === say) resolve(news as Extract<LoadNews, { say: Say }>)
    })
    void once(child, 'exit').then(() => reject(new Error('The load ended; see load.log.')))
  })
}
