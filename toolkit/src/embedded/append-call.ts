// One call of `append`: its results as they come, and what a refusal means for the rest.
import { PublishError } from '../errors.ts'
import type { AppendResult } from '../log/log.ts'

export interface AppendCall {
  /** Resolves when every record is acknowledged or refused. */
  readonly done: Promise<AppendResult[]>
  acknowledge(at: number, partition: number, offset: bigint): void
  refuse(at: number, place: string, error: Error): void
  /** Why the record cannot be written: one before it in its partition was refused. */
  behind(at: number, place: string): Error | undefined
}

export function openAppendCall(count: number): AppendCall {
  const { promise: done, resolve } = Promise.withResolvers<AppendResult[]>()
  const results: AppendResult[] = []
  /** The first refusal of each partition. */
  const refusals = new Map<string, { readonly at: number; readonly error: Error }>()
  let open = count
  if (open === 0) resolve(results)

  function settle(at: number, result: AppendResult): void {
    results[at] = result
    open -= 1
    if (open === 0) resolve(results)
  }

  return {
    done,
    acknowledge(at, partition, offset) {
      settle(at, { ok: true, partition, offset })
    },
    refuse(at, place, error) {
      if (!refusals.has(place)) refusals.set(place, { at, error })
      settle(at, { ok: false, error })
    },
    behind(at, place) {
      const refusal = refusals.get(place)
      if (!refusal || refusal.at > at) return undefined
      const detail = `A record before it in ${place} was refused.`
      return new PublishError(detail, { cause: refusal.error })
    },
  }
}
