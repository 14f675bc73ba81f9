// A group's dead letters: which there are, asking for some of them, and what was asked before.
import { messenger } from '@sosik/contract/catalogue'
import { DeadLetterState, listDeadLetters, listRedriveRuns } from '@sosik/contract/ops'
import { useState } from 'preact/hooks'
import { useAnswer, useConsole, useRight } from '../console.ts'
import { Choice, Field } from '../parts/field.tsx'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { hashOf } from '../place.ts'
import { AskForm } from './ask.tsx'
import { type Letter, type Run, useLetterColumns, useRunColumns } from './columns.tsx'
import { type Filter, filterOf, FILTERS, type Picked, selectionOf } from './selection.ts'

const EVERY_MS = 2_000
const GROUPS = messenger.groups.map(({ name }) => name)
const STATES = DeadLetterState.anyOf.map((one) => one.const)

export function Letters({ fields }: { fields: Readonly<Record<string, string>> }) {
  const { texts } = useConsole()
  const words = texts.letters
  const group = GROUPS.find((name) => name === fields.group) ?? GROUPS[0] ?? ''
  const filter = filterOf(fields)
  const state = STATES.find((one) => one === fields.state)
  const query = { group, ...selectionOf(filter), ...(state !== undefined && { state }) }
  const letters = useAnswer(listDeadLetters, { query }, EVERY_MS)
  const runs = useAnswer(listRedriveRuns, { query: { group } }, EVERY_MS)
  const [picked, setPicked] = useState<Picked>()
  const rights = [useRight('redrive'), useRight('discard')]
  const mayAsk = rights.includes(true)
  const set = (name: string) => (value: string) => {
    setPicked(undefined)
    location.hash = hashOf('letters', { ...fields, group, [name]: value })
  }
  const columns = useLetterColumns()
  const pick = {
    name: '',
    of: (letter: Letter) => (
      <button type="button" onClick={() => setPicked(letter)}>
        {words.only}
      </button>
    ),
  }
  return (
    <>
      <Trouble text={letters.trouble ?? runs.trouble} />
      <Which group={group} state={state} filter={filter} set={set} />
      <Table<Letter>
        title={texts.pages.letters}
        rows={letters.answer?.items}
        keyOf={({ topic, partition, offset }) => `${topic}/${partition}/${offset}`}
        columns={mayAsk ? [...columns, pick] : columns}
      />
      {mayAsk && (
        <AskForm
          key={group}
          group={group}
          filter={filter}
          picked={picked}
          onUnpicked={() => setPicked(undefined)}
          onAsked={() => {
            letters.again()
            runs.again()
          }}
        />
      )}
      <Table<Run>
        title={words.runs}
        rows={runs.answer?.items}
        keyOf={({ run_id }) => run_id}
        columns={useRunColumns()}
      />
    </>
  )
}

interface WhichParts {
  readonly group: string
  readonly state: string | undefined
  readonly filter: Filter
  readonly set: (name: string) => (value: string) => void
}

/** Which letters are shown. */
function Which({ group, state, filter, set }: WhichParts) {
  const { texts } = useConsole()
  const words = texts.letters
  const states = STATES.map((one) => [one, words.states[one]] as const)
  return (
    <div class="fields">
      <Choice
        name={words.group}
        value={group}
        of={GROUPS.map((name) => [name, name] as const)}
        onValue={set('group')}
      />
      <Choice
        name={words.state}
        value={state ?? ''}
        of={[['', words.unended], ...states]}
        onValue={set('state')}
      />
      {FILTERS.map((name) => (
        <Field key={name} name={words[name]} value={filter[name]} onValue={set(name)} />
      ))}
    </div>
  )
}
