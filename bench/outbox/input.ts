// Commands at an even pace, whatever the answers take: an open loop.
import { setTimeout as wait } from 'node:timers/promises'

/** What the fault stand asks for: commands a second. */
export const PER_SECOND = 185

/** Resolves when the last one is written. */
export async function steadily(
  isOver: () => boolean,
  write: (at: number) => Promise<void>,
): Promise<void> {
  const startedMs = performance.now()
  const writing: Promise<void>[] = []
  for (let at = 0; !isOver(); at += 1) {
    writing.push(write(at))
    await wait(Math.max(0, startedMs + ((at + 1) * 1_000) / PER_SECOND - performance.now()))
  }
  await Promise.all(writing)
}
