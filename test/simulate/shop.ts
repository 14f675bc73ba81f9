// The small business that is simulated: orders of a few customers, and two groups that hear them.
import { DomainError } from 'sosik'
import { catalogue, consumerGroup, event, hours, Id, text, topic } from 'sosik/catalogue'
import { type Random, type Scenario, type SimulatedGroup, table } from 'sosik/testing'

const orders = topic('orders', { partitions: 3, retentionMs: hours(24), source: '/shop' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  data: { customer_id: Id, number: Id, note: text(20) },
  example: { customer_id: 4, number: 1, note: '' },
})
const invoices = topic('invoices', { partitions: 2, retentionMs: hours(24), source: '/shop' })
const InvoiceMade = event('InvoiceMade', {
  topic: invoices,
  key: 'customer_id',
  data: { customer_id: Id, number: Id },
  example: { customer_id: 4, number: 1 },
})

const impatient = { handlerMsMax: 1_500, retryDelayMsMin: 50, retryDelayMsMax: 500 }
const billing = consumerGroup('billing', {
  topics: [orders],
  afterDeadLetter: 'continue',
  concurrencyMax: 4,
  ...impatient,
})
const mailing = consumerGroup('mailing', {
  topics: [orders, invoices],
  afterDeadLetter: 'park',
  concurrencyMax: 4,
  ...impatient,
})
const shop = catalogue({ orders, invoices, OrderPlaced, InvoiceMade, billing, mailing })

/** Few customers, so that their events wait for each other; now and then a crowd. */
const USUAL = { customers: 3, eventsMin: 3, eventsMax: 8 }
const CROWD = { customers: 12, eventsMin: 20, eventsMax: 30 }
const CROWDED = 0.05
const INVOICE_EVERY = 2

function ordersOf(random: Random) {
  const { customers, eventsMin, eventsMax } = random.chance(CROWDED) ? CROWD : USUAL
  const numbers = new Map<number, number>()
  return Array.from({ length: random.between(eventsMin, eventsMax) }, () => {
    const customer = random.between(1, customers)
    const number = (numbers.get(customer) ?? 0) + 1
    numbers.set(customer, number)
    const note = random.chance(0.05) ? 'refused' : ''
    return OrderPlaced.of({ customer_id: customer, number, note })
  })
}

const billed: SimulatedGroup = {
  group: billing,
  handlers: {
    async OrderPlaced({ key, data }, { tx }) {
      if (data.note === 'refused') throw new DomainError('The order is refused.')
      const bills = table<number>(tx, 'bill')
      await bills.put(key, ((await bills.get(key)) ?? 0) + 1)
      const { customer_id, number } = data
      if (number % INVOICE_EVERY === 0) return [InvoiceMade.of({ customer_id, number })]
      return []
    },
  },
}

const mailed: SimulatedGroup = {
  group: mailing,
  handlers: {
    async OrderPlaced({ data }) {
      if (data.note === 'refused') throw new DomainError('The order is refused.')
    },
    async InvoiceMade({ key, data }, { tx }) {
      await table<number>(tx, 'mail').put(key, data.number)
    },
  },
}

export const wholeShop: Scenario = { catalogue: shop, events: ordersOf, groups: [billed, mailed] }
/** Nobody hears: time for relays to lose their leases, and to come back too late. */
export const relaysAlone: Scenario = {
  ...wholeShop,
  groups: [],
  events: (random) => [...ordersOf(random), ...ordersOf(random)],
  chaosMs: 10_000,
}
export const billingAlone: Scenario = { ...wholeShop, groups: [billed] }
export const mailingAlone: Scenario = { ...wholeShop, groups: [mailed] }
