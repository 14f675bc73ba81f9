// A storehouse: goods come in and are taken out, and a handler keeps what is there.
import { catalogue, consumerGroup, days, event, Id, text, topic } from 'sosik/catalogue'
import { type SimulatedHandlers, table } from 'sosik/testing'

const goods = topic('goods', { partitions: 3, retentionMs: days(7), source: '/storehouse' })

export const GoodsMoved = event('GoodsMoved', {
  topic: goods,
  key: 'article',
  data: { article: text(20), pieces: Id },
  example: { article: 'chair', pieces: 3 },
})

export const stock = consumerGroup('stock', { topics: [goods], afterDeadLetter: 'continue' })

export const storehouse = catalogue({ goods, GoodsMoved, stock })

/** The handlers that the application runs: the state changes in the transaction they are given. */
export const handlers: SimulatedHandlers = {
  async GoodsMoved({ key, data }, { tx }) {
    const pieces = table<number>(tx, 'stock')
    await pieces.put(key, ((await pieces.get(key)) ?? 0) + data.pieces)
  },
}
