// The outbox: what the log refused and what waits behind it, and letting it go.
import {
  discardHeldRow,
  listHeldKeys,
  listOutboxActions,
  readOutbox,
  releaseHeldKeys,
} from '@sosik/contract/ops'
import type { AnswerOf, BodyOf } from '@sosik/contract/route'
import { useState } from 'preact/hooks'
import { troubleText, useAnswer, useConsole, useRight } from '../console.ts'
import { OperatorNameField, useOperatorName } from '../parts/operator-name.tsx'
import { Sure } from '../parts/sure.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Done, Trouble } from '../parts/trouble.tsx'
import { countText, selectionText, timeText } from '../words.ts'
import { OutboxStatus } from './status.tsx'

const EVERY_MS = 3_000

type Held = AnswerOf<typeof listHeldKeys>['items'][number]

/** What was done last, or why not. */
interface Told {
  readonly done?: string
  readonly trouble?: string
}

export function Outbox() {
  const { texts } = useConsole()
  const words = texts.outbox
  const status = useAnswer(readOutbox, {}, EVERY_MS)
  const held = useAnswer(listHeldKeys, {}, EVERY_MS)
  const actions = useAnswer(listOutboxActions, {}, EVERY_MS)
  const name = useOperatorName()
  const { by } = name
  const [mayRelease, mayDiscard] = [useRight('redrive'), useRight('discard')]
  const { told, release, discard } = useHelp(by, () => {
    for (const one of [status, held, actions]) one.again()
  })
  const isNameless = by.trim() === ''
  const isNothingHeld = (held.answer?.items.length ?? 0) === 0
  const help: Column<Held> = {
    name: '',
    of: ({ row_id }) => (
      <>
        {mayRelease && (
          <button
            type="button"
            disabled={isNameless}
            onClick={() => release({ selection: { row_id } })}
          >
            {words.release}
          </button>
        )}{' '}
        {mayDiscard && (
          <Sure
            name={words.discard}
            question={words.discardSure}
            isDisabled={isNameless}
            onSure={() => discard(row_id)}
          />
        )}
      </>
    ),
  }
  return (
    <>
      <Trouble text={told.trouble ?? status.trouble ?? held.trouble} />
      <OutboxStatus status={status.answer} />
      <div class="fields">
        {(mayRelease || mayDiscard) && <OperatorNameField {...name} />}
        {mayRelease && (
          <button
            type="button"
            disabled={isNameless || isNothingHeld}
            onClick={() => release({ selection: {}, all: true })}
          >
            {words.releaseAll}
          </button>
        )}
      </div>
      <Done text={told.done} />
      <Table
        title={words.held}
        rows={held.answer?.items}
        keyOf={({ row_id }) => String(row_id)}
        columns={[...useHeldColumns(), help]}
      />
      <Actions items={actions.answer?.items} />
    </>
  )
}

function useHelp(by: string, onEnd: () => void) {
  const { client, texts } = useConsole()
  const words = texts.outbox
  const [told, setTold] = useState<Told>({})
  async function act(work: () => Promise<string>): Promise<void> {
    try {
      setTold({ done: await work() })
    } catch (error) {
      setTold({ trouble: troubleText(error, texts) })
    }
    onEnd()
  }
  return {
    told,
    release: (which: Pick<BodyOf<typeof releaseHeldKeys>, 'selection' | 'all'>) =>
      void act(async () => {
        const { released } = await client.call(releaseHeldKeys, { body: { ...which, by } })
        return words.released(released)
      }),
    discard: (row_id: number) =>
      void act(async () => {
        const { discarded } = await client.call(discardHeldRow, { body: { row_id, by } })
        return discarded ? words.discarded : words.gone
      }),
  }
}

function useHeldColumns(): Column<Held>[] {
  const { texts } = useConsole()
  const words = texts.outbox
  return [
    { name: words.row, kind: 'number', of: ({ row_id }) => row_id },
    { name: texts.topics.topic, of: ({ topic }) => topic },
    { name: texts.letters.key, of: ({ key }) => <code class="bounded">{key}</code> },
    { name: texts.letters.type, of: ({ type }) => type },
    { name: texts.letters.state, of: ({ parked }) => (parked ? words.parked : words.tried) },
    { name: words.attempts, kind: 'number', of: ({ attempts }) => attempts },
    { name: words.waiting, kind: 'number', of: ({ waiting }) => countText(waiting) },
    { name: words.since, of: ({ held_at }) => timeText(held_at) },
    {
      name: texts.letters.error,
      kind: 'text',
      of: ({ code, error }) => (
        <>
          <code>{code}</code> {error}
        </>
      ),
    },
  ]
}

type Action = AnswerOf<typeof listOutboxActions>['items'][number]

function Actions({ items }: { items: readonly Action[] | undefined }) {
  const { texts } = useConsole()
  const { action: name, actions, who, when, selection, succeeded } = texts.letters
  const named: Readonly<Record<string, string>> = actions
  return (
    <Table
      title={texts.outbox.actions}
      rows={items}
      keyOf={({ at, action }) => `${at} ${action}`}
      columns={[
        { name: when, of: ({ at }) => timeText(at) },
        { name: who, of: ({ by }) => <span class="bounded">{by}</span> },
        { name, of: ({ action }) => named[action] ?? action },
        { name: selection, kind: 'text', of: (one) => selectionText(one.selection) },
        { name: succeeded, kind: 'number', of: ({ done }) => countText(done) },
      ]}
    />
  )
}
