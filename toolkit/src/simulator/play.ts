// A run's five acts: chaos for a while, healing, rest, the end of every process, and nothing left.
import { Deployment } from './deployment.ts'
import { plan } from './nemesis.ts'
import { World, type WorldOptions } from './world.ts'

/** What is played in a world. */
export interface Scene {
  /** Whether all has happened that should, so that the processes may be stopped. */
  isDone(): boolean
  /** Before the processes are stopped: ends what is not a process. */
  leave?(): void
  /** After the end: says by `world.violated` what is not as it must be, or throws. */
  check(): void
}

export interface RunResult {
  readonly seed: number
  /** Empty when every promise was kept. */
  readonly violations: readonly string[]
  /** Empty when it was not kept. */
  readonly history: readonly string[]
  /** Of the history: the same seed gives the same hash. */
  readonly hash: string
  readonly reached: ReadonlySet<string>
}

const HEALING_MS_MAX = 300_000
const LOOK_AGAIN_MS = 500

/** Runs fast, without a history, and once more with it when a promise was broken. */
export async function toldIfBroken(
  run: (keepsHistory: boolean) => Promise<RunResult>,
): Promise<RunResult> {
  const result = await run(false)
  if (result.violations.length === 0) return result
  const told = await run(true)
  const isSame = told.violations.join() === result.violations.join()
  const violations = [...result.violations, 'run again, it went another way']
  return isSame ? told : { ...told, violations }
}

/** `setScene` gives the roles to the deployment and plans what is to happen. */
export async function play(
  seed: number,
  options: WorldOptions,
  setScene: (world: World, deployment: Deployment) => Scene,
): Promise<RunResult> {
  const world = new World(seed, options)
  const deployment = new Deployment(world)
  try {
    const scene = setScene(world, deployment)
    deployment.fill()
    plan(world, deployment, world.chaosMs)
    await untilDone(world, deployment, scene)
    scene.leave?.()
    await stopped(world, deployment)
    scene.check()
  } catch (error) {
    world.violated((error as Error).message)
  }
  const { violations, history, reached } = world
  return { seed, violations, history: history.lines, hash: history.hash, reached }
}

async function untilDone(world: World, deployment: Deployment, scene: Scene): Promise<void> {
  const { scheduler } = world
  await scheduler.run(scheduler.nowMs + world.chaosMs)
  world.history.tell('world', 'heals')
  world.heal()
  deployment.fill()
  const endMs = scheduler.nowMs + HEALING_MS_MAX
  // Twice in a row: in between, what was still on its way has come.
  for (let done = 0; done < 2 && scheduler.nowMs < endMs; ) {
    await scheduler.run(scheduler.nowMs + LOOK_AGAIN_MS)
    done = world.database.open === 0 && scene.isDone() ? done + 1 : 0
  }
}

/** After the last part was stopped nothing may be left that waits. */
async function stopped(world: World, deployment: Deployment): Promise<void> {
  const { scheduler } = world
  const endMs = scheduler.nowMs + HEALING_MS_MAX
  let isOver = false
  const close = async () => {
    await deployment.stopAll()
    await world.log.close()
    isOver = true
  }
  void close().catch((error: unknown) => world.violated((error as Error).message))
  await scheduler.run(endMs, () => isOver)
  if (!isOver) world.violated('what was stopped does not end')
  await scheduler.run(endMs, () => scheduler.waiting === 0)
  if (scheduler.waiting > 0) world.violated(`${scheduler.waiting} timers are left`)
  if (world.database.open > 0) world.violated(`${world.database.open} transactions are left`)
}
