// What parts cost, each together with its descendants: processor time and memory, from /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** A process whose cost is told. */
export interface Part {
  readonly name: string
  readonly pid: number
}

export interface Cost {
  readonly cpuMs: number
  /** Proportional: memory that processes share is counted once. */
  readonly memoryBytes: number
}

/** Linux counts processor time in hundredths of a second, whatever its own clock does. */
const TICK_MS = 10
const KIBIBYTE = 1024
/** Fields of /proc/PID/stat behind the name, which may itself hold blanks: proc(5), less three. */
const PARENT_FIELD = 1
/** Of the process itself, and of its children that have ended: user and system ticks of each. */
const TICK_FIELDS = [11, 12, 13, 14]

interface Seen {
  readonly parent: number
  readonly cpuMs: number
}

export const OURSELVES: Part = { name: 'this bench', pid: process.pid }

export function costsOf(parts: readonly Part[]): Cost[] {
  const costOf = lookAtProcesses()
  return parts.map((part) => (part === OURSELVES ? ownCost() : costOf(part.pid)))
}

/** Not with its descendants: the servers are among them. */
function ownCost(): Cost {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1_000, memoryBytes: process.memoryUsage().rss }
}

/** One look at all processes of the machine; answers what a process and its descendants cost. */
function lookAtProcesses(): (pid: number) => Cost {
  const seen = new Map<number, Seen>()
  for (const name of readdirSync('/proc')) {
    const one = /^\d+$/.test(name) ? readStat(name) : undefined
    if (one !== undefined) seen.set(Number(name), one)
  }
  const costOf = (pid: number): Cost => {
    const children = [...seen].filter(([, { parent }]) => parent === pid).map(([child]) => child)
    const costs = children.map(costOf)
    const sum = (pick: (cost: Cost) => number) => costs.reduce((total, one) => total + pick(one), 0)
    return {
      cpuMs: (seen.get(pid)?.cpuMs ?? 0) + sum((one) => one.cpuMs),
      memoryBytes: readMemory(pid) + sum((one) => one.memoryBytes),
    }
  }
  return costOf
}

/** Undefined for a process that has ended meanwhile. */
function readStat(pid: string): Seen | undefined {
  const text = readIfThere(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (at: number) => Number(fields[at])
  if (text === '') return undefined
  const ticks = TICK_FIELDS.reduce((sum, at) => sum + number(at), 0)
  return { parent: number(PARENT_FIELD), cpuMs: ticks * TICK_MS }
}

function readMemory(pid: number): number {
  const [, kibibytes] = /^Pss:\s+(\d+) kB/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`)) ?? []
  return Number(kibibytes ?? 0) * KIBIBYTE
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}
