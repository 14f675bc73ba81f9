// Carries a schedule out: begins each fault at its time, heals it, and writes both down.
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../records/lines.ts'
import type { Arena, Scheduled } from './kind.ts'
import { kindOf } from './kinds.ts'

/**
 * Resolves when every fault that was begun is healed; an aborted signal begins no more. One that
 * fails is thrown, after the others.
 */
export async function runNemesis(
  arena: Arena,
  schedule: readonly Scheduled[],
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now()
  const running = schedule.map(async (scheduled, at) => {
    const leftMs = startMs + scheduled.atMs - performance.now()
    await delay(Math.max(0, leftMs), undefined, { signal }).catch(() => {})
    if (!signal.aborted) await carryOut(arena, scheduled, at + 1, signal)
  })
  const failed = (await Promise.allSettled(running)).find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function carryOut(
  arena: Arena,
  { kind: name, plan }: Scheduled,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const { journal } = arena
  const fault: Fault = { number, kind: name, target: plan.target, parameters: plan.parameters }
  journal.note({ is: 'start', ...fault })
  const begun = await kindOf(name).begin(arena, plan)
  await delay(plan.holdMs, undefined, { signal }).catch(() => {})
  await begun.end()
  journal.note({ is: 'end', ...fault, target: begun.target ?? plan.target })
}
