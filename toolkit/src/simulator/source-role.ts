// A simulated process that takes commands and publishes their events: an outbox and a relay.
import type { NewEvent } from '../catalogue/event.ts'
import { createOutbox, type Outbox } from '../outbox/outbox.ts'
import { createRelay } from '../outbox/relay.ts'
import type { OutboxStore } from '../outbox/store.ts'
import type { Running } from './deployment.ts'
import type { LinkedLog } from './log.ts'
import type { Node } from './world.ts'

/** What is put in the place of the product's own parts, to show that a check bites. */
export interface SourceSubstitutes {
  readonly log?: (log: LinkedLog, node: Node) => LinkedLog
  readonly outboxStore?: (store: OutboxStore, node: Node) => OutboxStore
}

export interface Source extends Running {
  /** One transaction that stores the event and nothing else. */
  command(event: NewEvent): Promise<void>
}

/** How seldom an idle relay looks: nothing comes of most looks, and they take their turns. */
const POLL_MS_MAX = 1_000

export function startSource(node: Node, substitutes: SourceSubstitutes): Source {
  const { clock, newId, database, log, outboxStore } = node
  const outbox: Outbox = createOutbox({ clock, newId })
  const relay = createRelay({
    store: substitutes.outboxStore?.(outboxStore, node) ?? outboxStore,
    log: substitutes.log?.(log, node) ?? log,
    outbox,
    clock,
    owner: newId(),
    pollMsMax: POLL_MS_MAX,
  })
  relay.start()
  return {
    command: (event) => database.transaction((tx) => outbox.add(tx, [event])),
    stop: () => relay.stop(),
  }
}
