// How long it takes until somebody goes on where a fault stopped the work.
import { messageEvents } from '@sosik/contract/chat'
import { STORM } from '../nemesis/processes.ts'
import type { History } from '../records/history.ts'
import { atMost, type Figure, seconds } from './figure.ts'
import { baseSpan, type FaultSpan, faultSpans, isIn } from './spans.ts'

/** The session timeout of the brokers, and time to take over. */
const TAKE_OVER_MS_MAX = 10_000
/** How long a group may still be busy with what is healed. */
const SETTLE_US = 5_000_000
const RESTART_GAP_MS_MAX = 2_000
const PUBLISH_AGAIN_MS_MAX = 15_000
const BROKER_FAULTS = ['kill.broker', 'kill.controller']
/** So many unsent rows are what a healthy relay has in hand, in seconds of input. */
const IN_HAND_S = 2

export function recovery(history: History): Figure[] {
  const spans = faultSpans(history)
  const takeOvers = spans
    .filter((span) => span.kind === 'kill.consumer' && !isBesideOthers(span, spans))
    .flatMap((span) => takeOverMs(history, span))
  const publishes = spans
    .filter((span) => BROKER_FAULTS.includes(span.kind))
    .flatMap((span) => publishAgainMs(history, span))
  return [
    atMost(
      'consumer killed to progress on its partitions',
      max(takeOvers),
      TAKE_OVER_MS_MAX,
      seconds,
    ),
    atMost(
      'graceful hand-over of a partition',
      max(handOversMs(history, spans)),
      RESTART_GAP_MS_MAX,
      seconds,
    ),
    atMost('broker killed to published again', max(publishes), PUBLISH_AGAIN_MS_MAX, seconds),
    duplicates(history),
  ]
}

/** Whether brokers or the group were disturbed as well before somebody could take over. */
function isBesideOthers({ fromUs }: FaultSpan, spans: readonly FaultSpan[]): boolean {
  const endUs = fromUs + TAKE_OVER_MS_MAX * 1_000
  return spans.some(
    (other) => other.fromUs !== fromUs && other.fromUs < endUs && other.toUs > fromUs - SETTLE_US,
  )
}

/** From the kill to the assignment of each partition that the killed one owned to another. */
function takeOverMs({ workers }: History, span: FaultSpan): number[] {
  const owners = new Map<string, number>()
  const instances = new Map<number, string>()
  for (const line of workers) {
    if (line.atUs > span.fromUs) break
    if (line.is === 'assigned') owners.set(placeOf(line), line.ownership)
    if (line.is === 'revoked' || line.is === 'lost') owners.delete(placeOf(line))
    if (line.is === 'assigned') instances.set(line.ownership, line.writer)
  }
  const killed = [...owners].filter(([, ownership]) =>
    instances.get(ownership)?.startsWith(`${span.target}.`),
  )
  return killed.flatMap(([place]) => {
    const next = workers.find(
      (line) => line.is === 'assigned' && line.atUs > span.fromUs && placeOf(line) === place,
    )
    return next === undefined ? [] : [(next.atUs - span.fromUs) / 1_000]
  })
}

/**
 * From a partition's last commit before it was given away to its next owner, where another process
 * stood ready: neither a restart of the only one, nor a member that comes in a storm and writes
 * nothing down.
 */
function handOversMs({ workers }: History, spans: readonly FaultSpan[]): number[] {
  const storms = spans.filter((span) => span.kind === STORM)
  const given = new Map<string, { readonly atUs: number; readonly process: string }>()
  return workers.flatMap((line) => {
    const process = line.writer.split('.')[0] ?? ''
    if (line.is === 'revoked') given.set(placeOf(line), { atUs: line.atUs, process })
    if (line.is !== 'assigned') return []
    const before = given.get(placeOf(line))
    given.delete(placeOf(line))
    if (before === undefined || before.process === process) return []
    if (storms.some((storm) => isIn(storm, before.atUs) || isIn(storm, line.atUs))) return []
    return line.topic === messageEvents.name ? [(line.atUs - before.atUs) / 1_000] : []
  })
}

/** From the kill until the relays have no more in hand than in quiet. */
function publishAgainMs(history: History, span: FaultSpan): number[] {
  const backlog = history.probes.filter((line) => line.is === 'backlog')
  const quiet = backlog.filter((line) => line.atUs < baseSpan(history).toUs)
  const [first, last] = [quiet.at(0), quiet.at(-1)]
  if (first === undefined || last === undefined || first === last) return []
  const inputRate = (last.written - first.written) / ((last.atUs - first.atUs) / 1e6)
  const after = backlog.filter((line) => line.atUs > span.fromUs)
  const stalled = after.findIndex((line) => line.unsent > inputRate * IN_HAND_S)
  const isLate = stalled === -1 || (after[stalled]?.atUs ?? 0) > span.toUs
  const back = after.slice(stalled).find((line) => line.unsent <= inputRate * IN_HAND_S)
  return isLate || back === undefined ? [] : [(back.atUs - span.fromUs) / 1_000]
}

function duplicates({ workers }: History): Figure {
  const seen = new Set<string>()
  let count = 0
  for (const line of workers) {
    if (line.is !== 'done' || line.outcome !== 'handled') continue
    const key = `${placeOf(line)}/${line.offset}`
    if (seen.has(key)) count += 1
    seen.add(key)
  }
  const value = `${count} of ${seen.size}`
  return {
    name: 'records handled again, kept out by the inbox',
    value,
    limit: '',
    isMet: undefined,
  }
}

const placeOf = (line: { group: string; topic: string; partition: number }): string =>
  `${line.group} ${line.topic}/${line.partition}`

const max = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values)
