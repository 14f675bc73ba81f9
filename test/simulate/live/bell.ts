// The bell between simulated processes: it is lost, late, twice or out of order as the seed has it.
// The cache beside it lacks what the seed has it lack, and is empty now and then.
import type { Bell as Rung, Fanout, Kept } from '@sosik/services/live/fanout.ts'
import type { Node, World } from 'sosik/testing'

interface Listener {
  readonly node: Node
  readonly hear: (message: string) => void
}

/** Ways between two processes: what takes another one may overtake. */
const WAYS = 3
/** How often the cache is emptied when it is to keep something. */
const EMPTIED = 0.02

export class Bell {
  readonly #world: World
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #lines = new Map<string, Kept[]>()
  readonly #lost: number
  readonly #twice: number
  readonly #unkept: number

  constructor(world: World) {
    this.#world = world
    this.#lost = world.random.chance(0.5) ? world.random.next() / 2 : 0
    this.#twice = world.random.chance(0.5) ? world.random.next() / 2 : 0
    this.#unkept = world.random.chance(0.5) ? world.random.next() / 2 : 0
  }

  /** As one process reaches it. */
  of(node: Node): Fanout {
    return {
      publish: (bells) => node.link.ask(this.#way(), () => bells.forEach((one) => this.#hear(one))),
      recent: (line, after, upTo) => node.link.ask('cache', () => this.#recent(line, after, upTo)),
      forget: async () => {},
      claim: async () => new Map(),
      release: async () => {},
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

  #hear({ channel, message, keep }: Rung): void {
    if (keep !== undefined) this.#keep(keep.line, { number: keep.number, message })
    this.#ring(channel, message)
  }

  #keep(line: string, kept: Kept): void {
    const { random } = this.#world
    if (random.chance(EMPTIED)) this.#lines.clear()
    const before = this.#lines.get(line) ?? []
    const isAbove = kept.number > (before.at(-1)?.number ?? 0)
    if (isAbove && !random.chance(this.#unkept)) before.push(kept)
    this.#lines.set(line, before)
  }

  #recent(line: string, after: number, upTo: number): Kept[] {
    const kept = this.#lines.get(line) ?? []
    const found = kept.filter(({ number }) => number > after && number <= upTo)
    const isWhole = found.length === upTo - after
    this.#world.reach(isWhole ? 'the cache had all' : 'the cache lacked some')
    return found
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
