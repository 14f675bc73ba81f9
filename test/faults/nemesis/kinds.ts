// Every kind of fault that the stand can do, by name.
import { brokerFaults } from './brokers.ts'
import type { FaultKind } from './kind.ts'
import { processFaults } from './processes.ts'
import { recordFaults, sayings } from './records.ts'
import { storeFaults } from './stores.ts'

export const KINDS: readonly FaultKind[] = [
  ...brokerFaults,
  ...storeFaults,
  ...processFaults,
  ...recordFaults,
]

export function kindOf(name: string): FaultKind {
  const found = [...KINDS, sayings].find((kind) => kind.name === name)
  if (found !== undefined) return found
  throw new Error(`${name} is none of ${KINDS.map((kind) => kind.name).join(', ')}.`)
}
