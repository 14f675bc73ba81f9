// The operator's routes: each asks the toolkit as the command line does.
import { messenger } from '@sosik/contract/catalogue'
import {
  discardDeadLetters,
  discardHeldRow,
  listDeadLetters,
  listHeldKeys,
  listOutboxActions,
  listRedriveRuns,
  readGroups,
  readOutbox,
  readTopics,
  redriveDeadLetters,
  releaseHeldKeys,
} from '@sosik/contract/ops'
import {
  type Action,
  type Clock,
  type DeadLetters,
  type DeadLetterStore,
  groupLag,
  lagAgeMs,
  type LogAdmin,
  type OutboxOperations,
} from 'sosik'
import type { ConsumerGroup } from 'sosik/catalogue'
import { type Answering, answering, type RouteRequest } from '../service.ts'
import {
  actionOf,
  groupOf,
  heldOf,
  heldSelectionOf,
  letterOf,
  outboxOf,
  requireSaid,
  runOf,
  selectionOf,
} from './ops.ts'
import { readTopic } from './topics.ts'

export interface OpsRouteParts {
  readonly admin: LogAdmin
  readonly clock: Clock
  readonly index: Pick<DeadLetterStore, 'summary'>
  readonly lettersOf: (group: string) => DeadLetters
  readonly outbox: OutboxOperations
}

export function opsRoutes(parts: OpsRouteParts): Answering[] {
  return [...logRoutes(parts), ...letterRoutes(parts), ...outboxRoutes(parts)]
}

function logRoutes({ admin, clock, index }: OpsRouteParts): Answering[] {
  return [
    answering(readGroups, async () => {
      const summaries = new Map((await index.summary()).map((one) => [one.group, one]))
      const stateOf = async (group: ConsumerGroup) => {
        const { name } = group
        const [lags, description] = await Promise.all([
          groupLag(admin, group),
          admin.describeGroup(name),
        ])
        const lagMs = await lagAgeMs(admin, lags, clock.nowMs())
        return groupOf({ group: name, description, lags, lagMs, summary: summaries.get(name) })
      }
      return { items: await Promise.all(messenger.groups.map(stateOf)) }
    }),

    answering(readTopics, async () => {
      const { topics } = messenger
      const names = topics.flatMap(({ name, deadLetterTopic }) => [name, deadLetterTopic])
      const described = await admin.describeTopics(names)
      return { items: await Promise.all(described.map((one) => readTopic(admin, one))) }
    }),
  ]
}

function letterRoutes({ lettersOf }: OpsRouteParts): Answering[] {
  const ask = async (action: Action, request: RouteRequest<typeof redriveDeadLetters>) => {
    const { body } = request
    const selection = selectionOf(body.selection)
    requireSaid(selection, body.all)
    const asked = await lettersOf(body.group)[action]({
      selection,
      requestedBy: nameOf(request),
      quarantined: body.quarantined ?? false,
      dryRun: body.dry_run ?? false,
      ...(body.cap !== undefined && { cap: body.cap }),
    })
    const { runId = null, selected, letters } = asked
    return { run_id: runId, selected, letters: letters.map(letterOf) }
  }
  return [
    answering(listDeadLetters, async ({ query: { group, state, limit, ...selection } }) => {
      const letters = await lettersOf(group).list({
        selection: selectionOf(selection),
        ...(state !== undefined && { states: [state] }),
        ...(limit !== undefined && { limit }),
      })
      return { items: letters.map(letterOf) }
    }),

    answering(redriveDeadLetters, (request) => ask('redrive', request)),

    answering(discardDeadLetters, (request) => ask('discard', request)),

    answering(listRedriveRuns, async ({ query: { group, limit } }) => {
      return { items: (await lettersOf(group).runs(limit)).map(runOf) }
    }),
  ]
}

function outboxRoutes({ outbox }: OpsRouteParts): Answering[] {
  return [
    answering(readOutbox, async () => outboxOf(await outbox.status())),

    answering(listHeldKeys, async ({ query }) => {
      return { items: (await outbox.held({}, query.limit)).map(heldOf) }
    }),

    answering(releaseHeldKeys, async (request) => {
      const { body } = request
      const selection = heldSelectionOf(body.selection)
      requireSaid(selection, body.all)
      return { released: await outbox.release(selection, nameOf(request)) }
    }),

    answering(discardHeldRow, async (request) => {
      return { discarded: await outbox.discard(request.body.row_id, nameOf(request)) }
    }),

    answering(listOutboxActions, async ({ query }) => {
      return { items: (await outbox.actions(query.limit)).map(actionOf) }
    }),
  ]
}

/** Who stands in the audit: a token that is somebody's own has their name, whatever they write. */
function nameOf({ operator, body }: { operator: RouteRequest['operator']; body: { by: string } }) {
  return operator?.name ?? body.by
}
