// What a seeded flaw is: parts in the place of the product's own, which a simulation must find.
import type { EventLog, GroupListener } from 'sosik'
import { type RunResult, runSeed, type Scenario, type Substitutes } from 'sosik/testing'

export interface Flaw {
  readonly name: string
  /** Seeds within which it must be found. */
  readonly seedsMax: number
  readonly run: (seed: number, keepsHistory: boolean) => Promise<RunResult>
}

/** `scene` is the one in which it shows soonest. */
export const shopFlaw = (
  name: string,
  scene: Scenario,
  seedsMax: number,
  substitutes: Substitutes,
): Flaw => ({
  name,
  seedsMax,
  run: (seed, keepsHistory) => runSeed({ ...scene, substitutes }, seed, keepsHistory),
})

/** A log that differs in some of its functions. */
export const logWith = <Log extends EventLog>(log: Log, other: Partial<EventLog>): Log => ({
  ...log,
  ...other,
})

/** A log whose members hear of everything through another listener. */
export function logWithListener<Log extends EventLog>(
  log: Log,
  change: (listener: GroupListener) => Partial<GroupListener>,
): Log {
  return logWith(log, {
    join: (options) =>
      log.join({ ...options, listener: { ...options.listener, ...change(options.listener) } }),
  })
}
