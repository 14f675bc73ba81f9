// A dead letter and a run as a line of a table.
import { type DeadLetter, ERROR_SENTENCES, keyText, type RedriveRun } from 'sosik'
import type { OutputFlags } from '../output.ts'
import type { Row } from '../table.ts'
import { timeText } from '../time.ts'

/** Of an error in a table; JSON has it whole. */
const ERROR_LENGTH_MAX = 60

export const placeText = (at: Pick<DeadLetter, 'topic' | 'partition' | 'offset'>): string =>
  `${at.topic}/${at.partition}/${at.offset}`

export function letterRow(letter: DeadLetter, output: OutputFlags['output']): Row {
  const error = output === 'table' ? shortError(letter) : letter.error
  return {
    group: letter.group,
    at: placeText(letter),
    key: letter.key === null ? undefined : keyText(letter.key),
    type: letter.eventType,
    state: letter.state,
    failed: timeText(letter.failedAtMs),
    redrives: letter.redrives,
    code: letter.errorCode,
    error,
    ...(output === 'json' && { id: letter.eventId, run: letter.runId ?? undefined }),
  }
}

/** Without the sentence that its code has for everybody. */
function shortError({ error, errorCode }: DeadLetter): string {
  const sentence = Object.entries(ERROR_SENTENCES).find(([code]) => code === errorCode)?.[1] ?? ''
  const own = error.startsWith(`${sentence} `) ? error.slice(sentence.length + 1) : error
  return own.length > ERROR_LENGTH_MAX ? `${own.slice(0, ERROR_LENGTH_MAX - 1)}…` : own
}

export function runRow(run: RedriveRun): Row {
  return {
    run: run.id,
    group: run.group,
    action: run.action,
    by: run.requestedBy,
    at: timeText(run.requestedAtMs),
    selection: selectionText(run),
    selected: run.selected,
    succeeded: run.succeeded,
    failed: run.failed,
    followers: run.followers,
    unfinished: run.unfinished,
  }
}

function selectionText({ selection, quarantined, cap, ratePerSecond }: RedriveRun): string {
  const said = Object.entries(selection).map(([name, value]) => `${name}=${value}`)
  const all = quarantined ? ['quarantined', ...said] : said
  return `${all.join(' ') || 'all'}, at most ${cap}, ${ratePerSecond} a second`
}
