// The bell between simulated processes: it is lost, late, twice or out of order as the seed has it.
import type { Fanout } from '@sosik/services/live/fanout.ts'
import type { Node, World } from 'sosik/testing'

interface Listener {
  readonly node: Node
  readonly hear: (message: string) => void
}

/** Ways between two processes: what takes another one may overtake. */
const WAYS = 3

export class Bell {
  readonly #world: World
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #lost: number
  readonly #twice: number

  constructor(world: World) {
    this.#world = world
    this.#lost = world.random.chance(0.5) ? world.random.next() / 2 : 0
    this.#twice = world.random.chance(0.5) ? world.random.next() / 2 : 0
  }

  /** As one process reaches it. */
  of(node: Node): Fanout {
    return {
      publish: (channel, message) => node.link.ask(this.#way(), () => this.#ring(channel, message)),
      subscribe: async (channel, hear) => {
        const listener = { node, hear }
        await node.link.ask('bell', () => {
          const others = this.#listeners.get(channel) ?? new Set()
          this.#listeners.set(channel, others.add(listener))
        })
        return async () => {
          await node.link.ask('bell', () => this.#listeners.get(channel)?.delete(listener))
        }
      },
      // It lies about that as well.
      isUp: () => true,
      close: () => Promise.resolve(),
    }
  }

  #ring(channel: string, message: string): void {
    const { random } = this.#world
    for (const { node, hear } of this.#listeners.get(channel) ?? []) {
      if (random.chance(this.#lost)) {
        this.#world.reach('a bell was lost')
        continue
      }
      node.link.tell(this.#way(), () => hear(message))
      if (!random.chance(this.#twice)) continue
      this.#world.reach('a bell rang twice')
      node.link.tell(this.#way(), () => hear(message))
    }
  }

  #way(): string {
    return `bell ${this.#world.random.below(WAYS)}`
  }
}
