// The running parts of one cluster, each written into the state file as soon as it lives.
import { existsSync } from 'node:fs'
import { ClusterError, logTail } from './failure.ts'
import { explain, type LivePart, launch, type PartPlan, untilReady } from './part.ts'
import { type ClusterState, isAlive, type PartRecord, readState, writeState } from './state.ts'
import { stopParts } from './stop.ts'

/** A part that ended after the cluster was ready, and not by `stop` or `restart`. */
export interface PartExit {
  readonly name: string
  /** True when another process asked for it by `--kill`. */
  readonly wasAsked: boolean
  /** How it ended, and the last lines of its log. */
  readonly detail: string
}

export interface Crew {
  /** Resolves when the part is ready; a part of the same name is ended first. */
  start(plan: PartPlan, signal: AbortSignal): Promise<void>
  planOf(name: string): PartPlan
  parts(): PartRecord[]
  /** From now on a part's end is reported. */
  ready(): void
  stop(): Promise<void>
}

export function openCrew(
  dataDir: string,
  state: ClusterState,
  onPartExit: (exit: PartExit) => void,
): Crew {
  const live = new Map<string, LivePart>()
  let phase: ClusterState['phase'] = 'starting'
  const parts = () => [...live.values()].map((part) => part.record)
  const isKilled = () => {
    const written = readState(dataDir)
    if (!written) return false
    return written.runId !== state.runId || written.phase.startsWith('stop')
  }
  const refuseWhenStopped = () => {
    if (isKilled()) throw new ClusterError('Another process stopped this cluster.')
    if (phase.startsWith('stop')) throw new ClusterError('This cluster has been stopped.')
  }
  const save = () => writeState(dataDir, { ...state, phase, parts: parts() })
  save()

  const report = (part: LivePart, ending: string) => {
    if (phase !== 'ready' || live.get(part.plan.name) !== part) return
    const detail = `${explain(ending)}.\n${logTail(part.plan.logFile)}`
    onPartExit({ name: part.plan.name, wasAsked: isKilled(), detail })
  }

  return {
    parts,
    planOf(name) {
      const part = live.get(name)
      if (part) return part.plan
      throw new Error(`No part is named ${name}; there are ${[...live.keys()].join(', ')}.`)
    },
    async start(plan, signal) {
      const before = live.get(plan.name)
      live.delete(plan.name)
      if (before) await stopParts([before.record])
      refuseWhenStopped()
      const part = launch(plan)
      live.set(plan.name, part)
      save()
      void part.ended.then((ending) => report(part, ending))
      try {
        await untilReady(part, signal)
      } catch (error) {
        refuseWhenStopped()
        throw error
      }
    },
    ready() {
      refuseWhenStopped()
      phase = 'ready'
      save()
    },
    async stop() {
      const before = phase
      phase = 'stopping'
      await stopParts(parts().filter(isAlive), before)
      live.clear()
      phase = 'stopped'
      if (existsSync(dataDir) && readState(dataDir)?.runId === state.runId) save()
    },
  }
}
