// Brings the disasters of a run, at times and to processes that the seed picks.
import type { Deployment, Instance } from './deployment.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

type Disaster = (nemesis: Nemesis, victim: Instance) => void

interface Nemesis {
  readonly world: World
  readonly deployment: Deployment
  readonly random: Random
}

const DISASTERS_MAX = 7
/** Twice the session's length and more: some of the paused come back as zombies. */
const STANDSTILL_MS_MIN = 100
const STANDSTILL_MS_MAX = 6_000
const RESTART_MS_MAX = 3_000

const DISASTERS: readonly Disaster[] = [
  ({ deployment }, victim) => deployment.crash(victim),
  ({ world, random }, { node }) => {
    const forMs = standstillMs(world, random)
    node.tell(`stands still for ${forMs} ms`)
    node.process.pause()
    world.scheduler.after(forMs, () => {
      if (node.process.state === 'paused') node.tell('goes on')
      node.process.resume()
    })
  },
  ({ world, deployment, random }, victim) => {
    void deployment.stop(victim)
    world.scheduler.after(random.below(RESTART_MS_MAX), () => deployment.fill())
  },
  ({ deployment }, { role }) => deployment.launch(role),
  ({ world, random }, { node }) => {
    const forMs = standstillMs(world, random)
    node.tell(`is cut off from the brokers for ${forMs} ms`)
    node.log.cut(forMs)
  },
  ({ world, random }, { node }) => {
    const forMs = standstillMs(world, random)
    node.tell(`is cut off from the database for ${forMs} ms`)
    node.database.cut(forMs)
  },
  ({ world, random }) => {
    const forMs = standstillMs(world, random)
    world.history.tell('world', `breaks all handlers for ${forMs} ms`)
    world.faults.breakHandlers(world.scheduler.nowMs + forMs)
  },
  ({ deployment }) => {
    for (const one of deployment.living) deployment.crash(one)
  },
]

/** In a long run it may be half of it. */
function standstillMs({ chaosMs }: World, random: Random): number {
  return random.between(STANDSTILL_MS_MIN, Math.max(STANDSTILL_MS_MAX, chaosMs / 2))
}

/** A few disasters between now and `windowMs` from now. */
export function plan(world: World, deployment: Deployment, windowMs: number): void {
  const random = world.random.fork()
  const nemesis = { world, deployment, random }
  const count = random.below(DISASTERS_MAX + 1)
  for (let at = 0; at < count; at += 1) {
    const disaster = random.pick(DISASTERS)
    world.scheduler.after(random.below(windowMs), () => {
      const { living } = deployment
      if (living.length > 0) disaster(nemesis, random.pick(living))
    })
  }
}
