// A person's client: reads an event stream, comes back when it ends, and must never see a gap.
import type { World } from 'sosik/testing'
import type { OpenGateway, Connection } from './gateways.ts'

const RECONNECT_MS_MAX = 1_000
/** A stream that says nothing for so long is taken for dead. */
const SILENCE_MS_MAX = 4_000

const FRAME = /^(?:id: a1\.(?<seq>\d+)\n)?event: (?<type>\w+)\ndata: (?<data>.*)\n\n$/

export class Reader {
  readonly userId: number
  readonly #world: World
  readonly #gateways: () => readonly OpenGateway[]
  #connection: Connection | undefined
  #connections = 0
  #heardAtMs = 0
  /** The number of the last news that is known; undefined before the first stream. */
  #last: number | undefined
  #isClosed = false

  constructor(world: World, userId: number, gateways: () => readonly OpenGateway[]) {
    this.#world = world
    this.userId = userId
    this.#gateways = gateways
  }

  get last(): number | undefined {
    return this.#last
  }

  connect(): void {
    if (this.#isClosed || this.#connection !== undefined) return
    const gateways = this.#gateways()
    if (gateways.length === 0) return this.#reconnect()
    this.#connections += 1
    const number = this.#connections
    this.#heardAtMs = this.#world.scheduler.nowMs
    if (this.#last !== undefined) this.#world.reach('a stream resumed')
    this.#connection = this.#world.random.pick(gateways).open({
      userId: this.userId,
      lastEventId: this.#last === undefined ? undefined : `a1.${this.#last}`,
      receive: (text) => {
        if (number === this.#connections) this.#receive(text)
      },
      ended: () => {
        if (number === this.#connections) this.disconnect()
      },
    })
    this.#watch(number)
  }

  /** Leaves the stream, and comes back after a while. */
  disconnect(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#connections += 1
    connection?.leave()
    this.#reconnect()
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.leave()
  }

  #reconnect(): void {
    const { scheduler, random } = this.#world
    scheduler.after(random.below(RECONNECT_MS_MAX), () => this.connect())
  }

  #watch(number: number): void {
    const { scheduler } = this.#world
    scheduler.after(SILENCE_MS_MAX, () => {
      if (number !== this.#connections || this.#isClosed) return
      if (scheduler.nowMs - this.#heardAtMs >= SILENCE_MS_MAX) this.disconnect()
      else this.#watch(number)
    })
  }

  #receive(text: string): void {
    this.#heardAtMs = this.#world.scheduler.nowMs
    const { seq, type, data } = FRAME.exec(text)?.groups ?? {}
    if (type === 'ready' && this.#last === undefined) this.#last = headOf(data)
    if (type === 'resync') this.#world.violated(`user ${this.userId} is sent to a snapshot`)
    if (seq === undefined) return
    const number = Number(seq)
    if (number !== (this.#last ?? 0) + 1) {
      this.#world.violated(`user ${this.userId} hears ${number} after ${this.#last}`)
    }
    this.#last = number
  }
}

function headOf(data = '{}'): number {
  const news = JSON.parse(data) as { data: { head: string } }
  return Number(news.data.head.split('.')[1])
}
