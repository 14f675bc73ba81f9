// Who gets in: so many streams in this process, and so many new ones a second.
import type { Clock } from 'sosik'

export interface AdmissionLimits {
  /** Open streams of this process. */
  readonly streamsMax: number
  /** New streams a second, and so many at once after a quiet second. */
  readonly perSecondMax: number
}

/** Seconds until it is worth another try, or undefined for who gets in. */
export type Admission = (openStreams: number) => number | undefined

export const ADMISSION: AdmissionLimits = { streamsMax: 20_000, perSecondMax: 1_000 }

/** A full process stays full for a while; a crowd has passed after a second or two. */
const FULL_SECONDS = 10
const CROWD_SECONDS = 1
const MS_PER_SECOND = 1_000

export function createAdmission(clock: Clock, limits: AdmissionLimits): Admission {
  const { streamsMax, perSecondMax } = limits
  let places = perSecondMax
  let countedMs = clock.nowMs()
  return (openStreams) => {
    if (openStreams >= streamsMax) return FULL_SECONDS
    const nowMs = clock.nowMs()
    places += (perSecondMax * Math.max(0, nowMs - countedMs)) / MS_PER_SECOND
    places = Math.min(perSecondMax, places)
    countedMs = nowMs
    if (places < 1) return CROWD_SECONDS
    places -= 1
    return undefined
  }
}
