// A simulated process that runs one consumer of a group, made of the product's own parts.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { ConsumerGroup } from '../catalogue/group.ts'
import { createAlone } from '../consumer/alone.ts'
import { DomainEventConsumer } from '../consumer/consumer.ts'
import { type Effects, transactionalEffects } from '../consumer/effects.ts'
import type { DeadLetterStore } from '../dead-letters/store.ts'
import { createOutbox } from '../outbox/outbox.ts'
import type { Running } from './deployment.ts'
import { type SimulatedContext, type SimulatedHandlers, simulatedHandlers } from './handlers.ts'
import { DRAIN_MS_MAX } from './member.ts'
import type { SourceSubstitutes } from './source-role.ts'
import type { Node, World } from './world.ts'

export interface SimulatedGroup {
  readonly group: ConsumerGroup
  readonly handlers: SimulatedHandlers
  /** How many processes run it when all is well; 2 unless given. */
  readonly instances?: number
}

/** Puts other parts in the place of the product's own: how a check is shown to bite. */
export interface Substitutes extends SourceSubstitutes {
  readonly deadLetters?: (store: DeadLetterStore, node: Node) => DeadLetterStore
  readonly effects?: (
    effects: Effects<SimulatedContext>,
    node: Node,
    group: string,
  ) => Effects<SimulatedContext>
}

const REDRIVE_INTERVAL_MS = [500, 1_000] as const
const COMMIT_INTERVAL_MS = [300, 1_500] as const
const TOGETHER = 4

export async function startConsumer(
  world: World,
  node: Node,
  catalogue: Catalogue,
  { group, handlers }: SimulatedGroup,
  substitutes: Substitutes,
): Promise<Running> {
  const { clock, random, newId, database } = node
  const outbox = createOutbox({ clock, newId })
  // Alone or together, as the seed picks.
  const together = node.process.random.chance(0.5) ? TOGETHER : 1
  const kept = { database, outbox, group: group.name, together, clock }
  const effects = transactionalEffects(kept)
  const consumer = new DomainEventConsumer({
    log: substitutes.log?.(node.log, node) ?? node.log,
    catalogue,
    group,
    handlers: simulatedHandlers(handlers, group, world, node),
    deadLetters: substitutes.deadLetters?.(node.deadLetters, node) ?? node.deadLetters,
    newId,
    effects: substitutes.effects?.(effects, node, group.name) ?? effects,
    clock,
    random,
    alone: createAlone(clock),
    commitIntervalMs: node.process.random.pick(COMMIT_INTERVAL_MS),
    redriveIntervalMs: node.process.random.pick(REDRIVE_INTERVAL_MS),
    drainMsMax: DRAIN_MS_MAX,
  })
  await consumer.start()
  return {
    async stop() {
      await consumer.stop()
      const { read, open, ...ends } = consumer.account
      const ended = Object.values(ends).reduce((sum, count) => sum + count, 0)
      if (open !== 0 || read !== ended) world.violated(`${node.name} read ${read}, ended ${ended}`)
    },
  }
}
