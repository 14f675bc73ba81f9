// The person who looks after a simulated system: brings dead letters back, gives them up, releases.
import type { ConsumerGroup } from '../catalogue/group.ts'
import { type AskOptions, deadLetters, type DeadLetters } from '../dead-letters/dead-letters.ts'
import { operateOutbox } from '../outbox/operate.ts'
import type { World } from './world.ts'

export interface Operator {
  /** Asks for something, now and then, while things go wrong. */
  meddle(windowMs: number): void
  /** Once all is healed: whatever waits for a person is let go. */
  tidyUp(): void
}

const MEDDLINGS_MAX = 3
/** Some bring back what no redrive can help, until it is quarantined. */
const STUBBORN = 0.2
const HELD_MAX = 100
/** All at once: a run is short. */
const RATE_PER_SECOND = 1_000
/** No redrive can help these. */
const HOPELESS = ['SOSIK_DOMAIN', 'SOSIK_CRASH_POISON']

const asked: AskOptions = {
  selection: {},
  requestedBy: 'operator',
  ratePerSecond: RATE_PER_SECOND,
}

export function createOperator(world: World, groups: readonly ConsumerGroup[]): Operator {
  const { scheduler, clock } = world
  const { store } = world.outbox
  const newId = () => world.newId()
  const outbox = operateOutbox({ store, clock, newId })
  const random = world.random.fork()
  const isStubborn = random.chance(STUBBORN)
  const desks = groups.map(({ name }) =>
    deadLetters({
      store: world.deadLetters,
      admin: world.log.admin,
      group: name,
      clock,
      newId,
    }),
  )

  async function ask(desk: DeadLetters, what: 'redrive' | 'discard', more: Partial<AskOptions>) {
    const { selected } = await desk[what]({ ...asked, ...more })
    if (selected > 0) world.history.tell('operator', `wants ${selected}: ${what}`)
  }

  async function tidyUp(): Promise<void> {
    for (const { eventId, rowId } of await outbox.held({ isParked: true }, HELD_MAX)) {
      world.faults.mend(eventId)
      await outbox.release({ rowId }, asked.requestedBy)
    }
    const waiting = new Set((await world.deadLetters.summary()).map(({ group }) => group))
    for (const [at, desk] of desks.entries()) {
      if (!waiting.has(groups[at]?.name ?? '')) continue
      for (const quarantined of [false, true]) {
        const hopeless = isStubborn && !quarantined ? [] : HOPELESS
        for (const errorCode of hopeless) {
          await ask(desk, 'discard', { quarantined, selection: { errorCode } })
        }
        await ask(desk, 'redrive', { quarantined })
      }
    }
  }

  return {
    meddle(windowMs) {
      const count = desks.length === 0 ? 0 : random.below(MEDDLINGS_MAX + 1)
      for (let at = 0; at < count; at += 1) {
        scheduler.after(random.below(windowMs), () => {
          const what = random.chance(0.7) ? 'redrive' : 'discard'
          const quarantined = random.chance(0.3)
          const cap = random.chance(0.5) ? 1 : HELD_MAX
          void ask(random.pick(desks), what, { quarantined, cap })
        })
      }
    },
    tidyUp: () => void tidyUp(),
  }
}
