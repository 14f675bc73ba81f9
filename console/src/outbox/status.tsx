// How the outbox stands, as names and numbers.
import type { readOutbox } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { useConsole } from '../console.ts'
import { countText, spanText, timeText } from '../words.ts'

export function OutboxStatus({ status }: { status: AnswerOf<typeof readOutbox> | undefined }) {
  const { texts, language } = useConsole()
  if (status === undefined) return <p class="quiet">{texts.loading}</p>
  const words = texts.outbox
  const { unsent, oldest_unsent_ms, held_keys, parked_keys, held_rows, relays, last_error } = status
  const figures = [
    [words.unsent, countText(unsent)],
    [words.oldestUnsent, unsent === 0 ? texts.none : spanText(oldest_unsent_ms, language)],
    [words.heldKeys, countText(held_keys)],
    [words.parkedKeys, countText(parked_keys)],
    [words.heldRows, countText(held_rows)],
    [words.relays, countText(relays)],
    [
      words.lastError,
      last_error === null
        ? texts.none
        : `${timeText(last_error.at)} ${last_error.code} ${last_error.error}`,
    ],
  ] as const
  return (
    <section>
      <h2>{words.title}</h2>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
