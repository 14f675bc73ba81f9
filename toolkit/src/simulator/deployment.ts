// The processes of a run by their roles: started, ended, and started again when one is missing.
import type { Node, World } from './world.ts'

export interface Running {
  stop(): Promise<void>
}

/** Starts one instance on its node; runs again on a new node when it fails. */
export type Start = (node: Node) => Promise<Running> | Running

export interface Instance {
  readonly role: string
  readonly node: Node
  running: Running | undefined
  isStopping: boolean
}

interface Role {
  readonly start: Start
  readonly count: number
}

const RESTART_MS_MAX = 3_000

export class Deployment {
  readonly #world: World
  readonly #roles = new Map<string, Role>()
  readonly #instances = new Set<Instance>()
  #launched = 0
  #isOver = false

  constructor(world: World) {
    this.#world = world
  }

  /** Those that are neither ended nor about to end. */
  get living(): Instance[] {
    return [...this.#instances].filter(
      ({ node, isStopping }) => node.process.state !== 'ended' && !isStopping,
    )
  }

  add(role: string, count: number, start: Start): void {
    this.#roles.set(role, { start, count })
  }

  launch(role: string): void {
    const known = this.#roles.get(role)
    if (!known || this.#isOver) return
    this.#launched += 1
    const node = this.#world.spawn(`${role}-${this.#launched}`)
    const instance: Instance = { role, node, running: undefined, isStopping: false }
    this.#instances.add(instance)
    node.tell('starts')
    node.process.onChange(() => this.#changed(instance))
    node.clock.after(0, () => {
      void Promise.try(() => known.start(node)).then(
        (running) => this.#started(instance, running),
        (error: unknown) => {
          node.tell(`does not start: ${(error as Error).message}`)
          this.crash(instance)
        },
      )
    })
  }

  /** Ends it at once; another one takes its place after a while. */
  crash({ node }: Instance): void {
    node.tell('crashes')
    node.process.crash()
  }

  async stop(instance: Instance): Promise<void> {
    if (instance.isStopping) return
    instance.isStopping = true
    instance.node.tell('is stopped')
    if (instance.running === undefined) return instance.node.process.crash()
    await instance.running.stop().catch((error: unknown) => {
      instance.node.tell(`did not stop well: ${String(error)}`)
    })
    instance.node.tell('has stopped')
    instance.node.process.crash()
  }

  /** Every role has as many instances as it wants. */
  fill(): void {
    for (const role of this.#roles.keys()) this.#fill(role)
  }

  async stopAll(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.living.map((instance) => this.stop(instance)))
  }

  /** It may have crashed by itself. */
  #changed({ role, node, isStopping }: Instance): void {
    if (node.process.state !== 'ended' || isStopping) return
    const { scheduler } = this.#world
    this.#world.reach('a process crashed')
    scheduler.after(scheduler.random.below(RESTART_MS_MAX), () => this.#fill(role))
  }

  #fill(role: string): void {
    const wanted = this.#roles.get(role)?.count ?? 0
    const missing = wanted - this.living.filter((one) => one.role === role).length
    for (let at = 0; at < missing; at += 1) this.launch(role)
  }

  #started(instance: Instance, running: Running): void {
    instance.running = running
  }
}
