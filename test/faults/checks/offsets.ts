// A committed offset never goes back, and never passes a record that is not done.
import type { History } from '../records/history.ts'
import type { Check } from './check.ts'

export const offsets: Check = {
  name: 'offset regress or jump',
  failsWhen: 'a committed offset moves back, or past a record without a done mark',
  run(history) {
    const doneAt = doneTimes(history)
    const passed = new Map<string, number>()
    const violations: string[] = []
    let commits = 0
    for (const line of history.workers) {
      if (line.is !== 'commit') continue
      commits += 1
      const place = `${line.group} ${line.topic}/${line.partition}`
      for (let offset = passed.get(place) ?? 0; offset < line.offset; offset += 1) {
        const done = doneAt.get(`${place}/${offset}`)
        if (done !== undefined && done <= line.atUs) continue
        const when = done === undefined ? 'never done' : 'done later'
        violations.push(`${place}: ${line.offset} was committed, ${offset} was ${when}`)
      }
      passed.set(place, Math.max(passed.get(place) ?? 0, line.offset))
    }
    return { looked: commits, violations: [...violations, ...regresses(history)] }
  },
}

/** When a record was first done, by group and place. */
function doneTimes({ workers }: History): Map<string, number> {
  const times = new Map<string, number>()
  for (const line of workers) {
    if (line.is !== 'done') continue
    const key = `${line.group} ${line.topic}/${line.partition}/${line.offset}`
    if (!times.has(key)) times.set(key, line.atUs)
  }
  return times
}

/** As the brokers answered it, look by look; a member's own view may be late. */
function regresses({ probes }: History): string[] {
  const committed = new Map<string, number>()
  const violations: string[] = []
  for (const line of probes) {
    if (line.is !== 'committed') continue
    const place = `${line.group} ${line.topic}/${line.partition}`
    const before = committed.get(place) ?? 0
    if (line.offset < before) violations.push(`${place}: from ${before} back to ${line.offset}`)
    committed.set(place, line.offset)
  }
  return violations
}
