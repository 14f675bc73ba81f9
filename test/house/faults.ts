// The end of every house rule: no faults, or all of them at once.
import assert from 'node:assert/strict'

export function noFaults(faults: readonly string[]): void {
  const lines = [...new Set(faults)].sort()
  assert.ok(lines.length === 0, `${lines.length} found:\n${lines.join('\n')}`)
}
