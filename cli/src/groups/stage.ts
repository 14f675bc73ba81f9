// What the tests of this folder stand on: a catalogue of their own, for `--config` as well.
import { fileURLToPath } from 'node:url'
import { catalogue as catalogueOf, consumerGroup, days, event, text, topic } from 'sosik/catalogue'

const tickets = topic('groups-test.tickets', {
  partitions: 2,
  retentionMs: days(1),
  source: '/desk',
})
const TicketOpened = event('TicketOpened', {
  topic: tickets,
  key: 'desk',
  data: { desk: text(40) },
  personal: [],
  example: { desk: 'north' },
})
export const desk = consumerGroup('groups-test.desk', {
  topics: [tickets],
  afterDeadLetter: 'continue',
})

export const catalogue = catalogueOf({ tickets, TicketOpened, desk })
export const CONFIG = fileURLToPath(import.meta.url)
