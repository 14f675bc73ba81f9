// The small business that is simulated: orders of a few customers, and two groups that hear them.
import { DomainError } from 'sosik'
import { catalogue, consumerGroup, event, hours, Id, text, topic } from 'sosik/catalogue'
import { type Random, type Scenario, table } from 'sosik/testing'

const orders = topic('orders', { partitions: 3, retentionMs: hours(24), source: '/shop' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  data: { customer_id: Id, number: Id, note: text(20) },
  example: { customer_id: 4, number: 1, note: '' },
})
const billing = consumerGroup('billing', {
  topics: [orders],
  afterDeadLetter: 'continue',
  concurrencyMax: 4,
  handlerMsMax: 1_500,
  retryDelayMsMin: 50,
  retryDelayMsMax: 500,
})
const shop = catalogue({ orders, OrderPlaced, billing })

const CUSTOMERS = 6
const EVENTS_MIN = 15
const EVENTS_MAX = 35

function ordersOf(random: Random) {
  const numbers = new Map<number, number>()
  return Array.from({ length: random.between(EVENTS_MIN, EVENTS_MAX) }, () => {
    const customer = random.between(1, CUSTOMERS)
    const number = (numbers.get(customer) ?? 0) + 1
    numbers.set(customer, number)
    const note = random.chance(0.05) ? 'refused' : ''
    return OrderPlaced.of({ customer_id: customer, number, note })
  })
}

export const scenario: Scenario = {
  catalogue: shop,
  events: ordersOf,
  groups: [
    {
      group: billing,
      handlers: {
        async OrderPlaced({ key, data }, { tx }) {
          if (data.note === 'refused') throw new DomainError('The order is refused.')
          const bills = table<number>(tx, 'bill')
          await bills.put(key, ((await bills.get(key)) ?? 0) + 1)
        },
      },
    },
  ],
}
