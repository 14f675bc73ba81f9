// Starting the watchdog of what must not outlive its starter, and sending it home.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What the starter says when nothing is left to stop; without it the watchdog does its work. */
export const FAREWELL = 'all parts have ended'

export interface Watchdog {
  /** To be called when no part is left; resolves when the watchdog has gone too. */
  end(): Promise<void>
}

/** A process of its own, in a group of its own, that outlives this one by the time of a stop. */
export function startWatchdog(program: string, args: readonly string[]): Watchdog {
  const child = spawn(process.execPath, [program, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const gone = Promise.race([once(child, 'exit'), once(child, 'error')])
  child.stdin?.on('error', () => {})
  child.unref()
  // The pipe must not keep this process alive, yet it has to stay open until the end.
  const pipe = child.stdin as unknown as { unref?(): void } | null
  pipe?.unref?.()
  return {
    async end() {
      child.ref()
      child.stdin?.end(FAREWELL)
      await gone
    },
  }
}
