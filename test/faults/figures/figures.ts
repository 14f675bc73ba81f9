// All figures of a run, in the order in which they are shown.
import type { Measure } from './figure.ts'
import { latencies } from './latency.ts'
import { outages } from './outages.ts'
import { reconnects } from './reconnects.ts'
import { recovery } from './recovery.ts'

export const MEASURES: readonly Measure[] = [outages, recovery, latencies, reconnects]
