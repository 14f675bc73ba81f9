// What is shown of a dead letter, and of what was asked for.
import type { listDeadLetters, listRedriveRuns } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { useConsole } from '../console.ts'
import type { Column } from '../parts/table.tsx'
import { countText, placeText, selectionText, timeText } from '../words.ts'

export type Letter = AnswerOf<typeof listDeadLetters>['items'][number]
export type Run = AnswerOf<typeof listRedriveRuns>['items'][number]

export function useLetterColumns(): Column<Letter>[] {
  const { texts } = useConsole()
  const words = texts.letters
  return [
    { name: words.failed, of: ({ failed_at }) => timeText(failed_at) },
    { name: words.type, of: ({ type }) => type },
    {
      name: words.key,
      of: ({ key }) => (key === null ? texts.none : <code class="bounded">{key}</code>),
    },
    { name: words.place, of: (letter) => <code>{placeText(letter)}</code> },
    { name: words.state, of: ({ state }) => words.states[state] },
    { name: words.parks, of: ({ parks }) => (parks ? texts.yes : texts.no) },
    { name: words.attempts, kind: 'number', of: ({ redrives }) => redrives },
    {
      name: words.error,
      kind: 'text',
      of: ({ code, error }) => (
        <>
          <code>{code}</code> {error}
        </>
      ),
    },
  ]
}

export function useRunColumns(): Column<Run>[] {
  const { texts } = useConsole()
  const words = texts.letters
  const figure = (name: string, of: (run: Run) => number): Column<Run> => ({
    name,
    kind: 'number',
    of: (run) => countText(of(run)),
  })
  return [
    { name: words.when, of: ({ at }) => timeText(at) },
    { name: words.who, of: ({ by }) => <span class="bounded">{by}</span> },
    { name: words.action, of: ({ action }) => words.actions[action] },
    {
      name: words.selection,
      kind: 'text',
      of: ({ selection, quarantined, cap }) =>
        [
          ...(quarantined ? [words.states.quarantined] : []),
          selectionText(selection) || texts.all,
          `≤ ${countText(cap)}`,
        ].join(' '),
    },
    figure(words.selected, ({ selected }) => selected),
    figure(words.succeeded, ({ succeeded }) => succeeded),
    figure(words.failedAgain, ({ failed }) => failed),
    figure(words.followers, ({ followers }) => followers),
    figure(words.unfinished, ({ unfinished }) => unfinished),
  ]
}
