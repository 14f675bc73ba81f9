// What a run takes it gives back: no backlog, no process that grew or ended by itself.
import type { Check } from './check.ts'

const MEMORY_BYTES_MAX = 768 * 1024 * 1024
const DESCRIPTORS_MAX = 512

export const resources: Check = {
  name: 'resources',
  failsWhen: 'unsent rows stay, a process grows beyond its bound, or ends though nobody ended it',
  run(history) {
    const { probes } = history
    const left = probes.findLast((line) => line.is === 'backlog')?.unsent ?? 0
    const held = probes.filter((line) => line.is === 'process')
    const last = new Map(held.map((line) => [line.name, line]))
    const large = [...last.values()].filter(
      ({ memoryBytes, descriptors }) =>
        memoryBytes > MEMORY_BYTES_MAX || descriptors > DESCRIPTORS_MAX,
    )
    const deaths = history.nemesis.filter((line) => line.is === 'died')
    const allowed = history.truth.crashes
    return {
      looked: held.length,
      violations: [
        ...(left > 0 ? [`${left} rows of the outbox stayed unsent`] : []),
        ...large.map(
          ({ name, memoryBytes, descriptors }) =>
            `${name} holds ${Math.round(memoryBytes / 1024 / 1024)} MiB and ${descriptors} files`,
        ),
        ...deaths.slice(allowed).map(({ name }) => `${name} ended by itself`),
      ],
    }
  },
}
