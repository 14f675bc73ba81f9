// Handlers as a run calls them: now and then they throw, take too long or crash their process.
import type { AnyEvent } from '../catalogue/event.ts'
import type { ConsumerGroup, Handler, Handlers } from '../catalogue/group.ts'
import { sleep } from '../clock.ts'
import { DomainError } from '../errors.ts'
import type { Transaction } from '../postgres/sql.ts'
import { APPLIED, type Applied } from './oracle.ts'
import { table } from './table.ts'
import type { Node, World } from './world.ts'

/** What a simulated handler gets; `table(tx, name)` is where it keeps its state. */
export interface SimulatedContext {
  readonly tx: Transaction
}

export type SimulatedHandlers = Handlers<AnyEvent, string, SimulatedContext>

type AnyHandler = Handler<AnyEvent, SimulatedContext>

/** The same handlers, each with the run's mishaps before it and a mark of its effect after it. */
export function simulatedHandlers(
  handlers: SimulatedHandlers,
  group: ConsumerGroup,
  world: World,
  node: Node,
): Record<string, AnyHandler> {
  const entries = Object.entries(handlers as Record<string, AnyHandler>)
  return Object.fromEntries(
    entries.map(([type, handler]) => [type, simulatedHandler(handler, group, world, node)]),
  )
}

function simulatedHandler(
  handler: AnyHandler,
  group: ConsumerGroup,
  world: World,
  node: Node,
): AnyHandler {
  return async (event, context) => {
    const { id } = event
    node.tell(`${group.name} handles ${id}, attempt ${context.attempt}`)
    await mishap(group, id, world, node)
    const following = await handler(event, context)
    const mark: Applied = { group: group.name, eventId: id }
    // Under a name of its own, so that a second effect does not hide behind the first.
    await table(context.tx, APPLIED).put(`${group.name}/${id}/${world.newId()}`, mark)
    return following
  }
}

async function mishap(
  group: ConsumerGroup,
  eventId: string,
  world: World,
  node: Node,
): Promise<void> {
  const { faults } = world
  const fate = faults.fateOf(`${group.name}/${eventId}`)
  if (fate === 'crashes' || faults.happens('handlerCrashes')) {
    node.tell('crashes in its handler')
    world.reach('a handler crashed its process')
    node.process.crash()
    await new Promise(() => {})
  }
  if (fate === 'hangs') await new Promise(() => {})
  if (faults.happens('handlerSlow')) {
    await sleep(node.clock, node.process.random.below(2 * group.handlerMsMax))
  }
  if (fate === 'is refused') throw new DomainError('The handler refuses.')
  const isBroken = faults.areHandlersBroken(world.scheduler.nowMs)
  if (isBroken || fate === 'fails' || faults.happens('handlerFails')) {
    world.reach('a handler failed')
    throw new Error('The handler fails.')
  }
}
