// What goes wrong and how often: drawn from the seed, each kind on its own, gone once healed.
import type { Random } from './random.ts'

/** Probabilities of one request or delay; 0 is never. */
export interface FaultRates {
  /** A request arrives late. */
  readonly slow: number
  /** A timer comes late. */
  readonly late: number
  readonly appendRefused: number
  readonly appendAnswerLost: number
  readonly adminFailed: number
  readonly commitFailed: number
  readonly commitAnswerLost: number
  readonly storageFailed: number
  readonly queryFailed: number
  readonly transactionFailed: number
  readonly transactionAnswerLost: number
  readonly handlerFails: number
  readonly handlerSlow: number
  readonly handlerCrashes: number
}

/** How often each kind happens in a run that has it. */
const USUAL: FaultRates = {
  slow: 0.2,
  late: 0.1,
  appendRefused: 0.15,
  appendAnswerLost: 0.15,
  adminFailed: 0.1,
  commitFailed: 0.2,
  commitAnswerLost: 0.2,
  storageFailed: 0.05,
  queryFailed: 0.05,
  transactionFailed: 0.1,
  transactionAnswerLost: 0.15,
  handlerFails: 0.3,
  handlerSlow: 0.2,
  handlerCrashes: 0.05,
}

const NO_FAULTS: FaultRates = Object.freeze(
  Object.fromEntries(Object.keys(USUAL).map((kind) => [kind, 0])),
) as unknown as FaultRates

/** What a handler does with an event each time: until all is healed, or for ever if it crashes. */
export type Fate = 'fine' | 'fails' | 'is refused' | 'hangs' | 'crashes'

const BAD_FATES: readonly Fate[] = ['fails', 'is refused', 'hangs', 'crashes']
/** The share of events with a bad one, in a run that has them. */
const BAD_FATE = 0.2

/** A request that is not slow takes this long at most, half of them no time at all. */
const LATENCY_MS_MAX = 3
const SLOW_MS_MAX = 400

/** Some kinds and not the others: a fault that always happens hides those behind it. */
export function drawFaults(random: Random): FaultRates {
  const drawn = Object.entries(USUAL).map(([kind, usual]) => {
    const isOn = random.chance(0.5)
    const share = random.next()
    return [kind, isOn ? usual * share : 0]
  })
  return Object.fromEntries(drawn) as FaultRates
}

export class Faults {
  readonly #random: Random
  readonly #badFate: number
  readonly #fates = new Map<string, Fate>()
  #isHealed = false
  #brokenUntilMs = 0
  #rates: FaultRates

  constructor(random: Random, rates: FaultRates) {
    this.#random = random
    this.#badFate = random.chance(0.5) ? BAD_FATE * random.next() : 0
    this.#rates = rates
  }

  happens(kind: keyof FaultRates): boolean {
    return this.#rates[kind] > 0 && this.#random.chance(this.#rates[kind])
  }

  /** Of one way of a request. */
  latencyMs(): number {
    if (this.happens('slow')) return this.#random.between(1, SLOW_MS_MAX)
    return this.#random.chance(0.5) ? 0 : this.#random.between(0, LATENCY_MS_MAX)
  }

  latenessMs(): number {
    return this.happens('late') ? this.#random.between(1, SLOW_MS_MAX) : 0
  }

  /** Drawn once for each event of a group. */
  fateOf(event: string): Fate {
    const known = this.#fates.get(event)
    if (known !== undefined) return known
    const isBad = !this.#isHealed && this.#random.chance(this.#badFate)
    const fate = isBad ? this.#random.pick(BAD_FATES) : 'fine'
    this.#fates.set(event, fate)
    return fate
  }

  /** Whether the log takes the event at all: one that is too large it never does. */
  isRefusedForGood(eventId: string): boolean {
    if (this.#badFate === 0) return false
    return this.fateOf(`log/${eventId}`) === 'is refused'
  }

  /** It is taken from now on. */
  mend(eventId: string): void {
    this.#fates.set(`log/${eventId}`, 'fine')
  }

  /** Something that all handlers need gives them nonsense for a while. */
  breakHandlers(untilMs: number): void {
    this.#brokenUntilMs = untilMs
  }

  areHandlersBroken(nowMs: number): boolean {
    return !this.#isHealed && nowMs < this.#brokenUntilMs
  }

  heal(): void {
    this.#isHealed = true
    for (const [event, fate] of this.#fates) {
      // A crash poison stays one, and what the log refuses waits for a person.
      const stays = fate === 'crashes' || event.startsWith('log/')
      if (!stays) this.#fates.delete(event)
    }
    this.#rates = NO_FAULTS
  }
}
