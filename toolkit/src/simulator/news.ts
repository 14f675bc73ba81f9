// What the parts tell of themselves in a run: lines of its history, and the rare states it reached.
import { diagnostics } from '../diagnostics.ts'
import type { World } from './world.ts'

const codeOf = (error: Error) => ('code' in error ? error.code : undefined)

/** A run has its thread to itself. Answers the function that ends it. */
export function hearNews(world: World): () => void {
  const ends = [...ofPublishing(world), ...ofHandling(world), ...ofDeadLetters(world)]
  return () => {
    for (const end of ends) end()
  }
}

function ofPublishing(world: World): (() => void)[] {
  const { history } = world
  return [
    diagnostics.trouble.on(({ part, error }) => {
      history.tell(part, `trouble: ${error.message}`)
      if (codeOf(error) === 'SOSIK_STALE_LEASE') world.reach('a relay had lost its lease')
    }),
    diagnostics.publishRefused.on(({ eventId, attempt, isLast, error }) => {
      history.tell('relay', `${eventId} is refused, attempt ${attempt}: ${error.message}`)
      world.reach('an event was refused by the log')
      if (isLast) world.reach('a key of the outbox was parked')
    }),
  ]
}

function ofHandling(world: World): (() => void)[] {
  const { history } = world
  return [
    diagnostics.breaker.on(({ group, state, cause, failedProbes }) => {
      history.tell(group, `breaker ${state}, ${cause}, ${failedProbes} probes failed`)
      if (state === 'opened') world.reach(`a breaker opened by ${cause ?? 'nothing'}`)
      if (state === 'probed') world.reach('a breaker probed')
      if (state === 'closed') world.reach('a breaker closed again')
    }),
    diagnostics.paused.on(({ group, eventId, error }) => {
      history.tell(group, `waits with ${eventId}: ${error.message}`)
      world.reach('an outage paused a record')
    }),
    diagnostics.retried.on(({ group, eventId, error }) => {
      history.tell(group, `will try ${eventId} again: ${error.message}`)
      if (codeOf(error) === 'SOSIK_HANDLER_TIMEOUT') {
        world.reach('a handler was given up at its deadline')
      }
    }),
  ]
}

function ofDeadLetters(world: World): (() => void)[] {
  const { history } = world
  return [
    diagnostics.deadLettered.on(({ group, eventId, error }) => {
      history.tell(group, `dead-letters ${eventId}: ${error.message}`)
      if (codeOf(error) === 'SOSIK_CRASH_POISON') {
        world.reach('a record was dead-lettered unrun, for its crashes')
      }
    }),
    diagnostics.parked.on(({ group, topic, partition, offset }) => {
      history.tell(group, `parks ${topic}/${partition}/${offset}`)
      world.reach('an event was parked')
    }),
    diagnostics.redriven.on(({ group, eventId, outcome, redrives }) => {
      history.tell(group, `${eventId} is ${outcome} after ${redrives} redrives`)
      world.reach(`a dead letter was ${outcome}`)
    }),
  ]
}
