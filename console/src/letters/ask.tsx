// Asking for a redrive or a discard: which, how many, by whom, and first what it would take.
import { discardDeadLetters, redriveDeadLetters } from '@sosik/contract/ops'
import { useState } from 'preact/hooks'
import { troubleText, useConsole, useRight } from '../console.ts'
import { Field } from '../parts/field.tsx'
import { OperatorNameField, useOperatorName } from '../parts/operator-name.tsx'
import { Sure } from '../parts/sure.tsx'
import { Table } from '../parts/table.tsx'
import { Done, Trouble } from '../parts/trouble.tsx'
import { type Letter, useLetterColumns } from './columns.tsx'
import { askedFor, askedText, type Filter, type Picked } from './selection.ts'

/** As many as `sosik dlq` takes when nothing is said. */
const CAP = 1_000

interface AskParts {
  readonly group: string
  readonly filter: Filter
  readonly picked: Picked | undefined
  readonly onUnpicked: () => void
  readonly onAsked: () => void
}

interface Told {
  readonly done?: string
  readonly trouble?: string
  /** What would be taken. */
  readonly letters?: readonly Letter[]
}

export function AskForm({ group, filter, picked, onUnpicked, onAsked }: AskParts) {
  const { client, texts } = useConsole()
  const words = texts.letters
  const name = useOperatorName()
  const { by } = name
  const [cap, setCap] = useState(String(CAP))
  const [quarantined, setQuarantined] = useState(false)
  const [told, setTold] = useState<Told>({})
  const isIncomplete = by.trim() === '' || !(Number(cap) >= 1)
  async function ask(route: typeof redriveDeadLetters, dry_run: boolean): Promise<void> {
    try {
      const which = askedFor(filter, picked)
      const body = { group, ...which, quarantined, dry_run, cap: Number(cap), by }
      const { selected, letters } = await client.call(route, { body })
      setTold(dry_run ? { done: words.would(selected), letters } : { done: words.asked(selected) })
      if (!dry_run) onUnpicked()
    } catch (error) {
      setTold({ trouble: troubleText(error, texts) })
    }
    onAsked()
  }
  return (
    <section class="ask">
      <div class="fields">
        <p>
          {words.selection}: <strong>{askedText(filter, picked) ?? words.everything}</strong>{' '}
          {picked !== undefined && (
            <button type="button" onClick={onUnpicked}>
              {words.cancel}
            </button>
          )}
        </p>
        <Field name={words.cap} type="number" value={cap} onValue={setCap} isRequired />
        <label class="check">
          <input
            type="checkbox"
            checked={quarantined}
            onChange={(event) => setQuarantined(event.currentTarget.checked)}
          />
          {words.quarantined}
        </label>
        <OperatorNameField {...name} />
        <Helps isDisabled={isIncomplete} ask={(...what) => void ask(...what)} />
      </div>
      <Trouble text={told.trouble} />
      <Done text={told.done} />
      {told.letters && <WouldTake letters={told.letters} />}
    </section>
  )
}

interface HelpsParts {
  readonly isDisabled: boolean
  readonly ask: (route: typeof redriveDeadLetters, dryRun: boolean) => void
}

/** What the operator may do, and no more. */
function Helps({ isDisabled, ask }: HelpsParts) {
  const { texts } = useConsole()
  const words = texts.letters
  const [mayRedrive, mayDiscard] = [useRight('redrive'), useRight('discard')]
  const either = mayRedrive ? redriveDeadLetters : discardDeadLetters
  return (
    <>
      <button type="button" disabled={isDisabled} onClick={() => ask(either, true)}>
        {words.dryRun}
      </button>
      {mayRedrive && (
        <button
          type="button"
          class="main"
          disabled={isDisabled}
          onClick={() => ask(redriveDeadLetters, false)}
        >
          {words.redrive}
        </button>
      )}
      {mayDiscard && (
        <Sure
          name={words.discard}
          question={words.discardSure}
          isDisabled={isDisabled}
          onSure={() => ask(discardDeadLetters, false)}
        />
      )}
    </>
  )
}

function WouldTake({ letters }: { letters: readonly Letter[] }) {
  const { texts } = useConsole()
  return (
    <Table<Letter>
      title={texts.letters.taken}
      rows={letters}
      keyOf={({ topic, partition, offset }) => `${topic}/${partition}/${offset}`}
      columns={useLetterColumns()}
    />
  )
}
