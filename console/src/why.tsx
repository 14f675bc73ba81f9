// Why a person has a message or not: the places of its way, one after the other.
import type { AnswerOf } from '@sosik/contract/route'
import { readTrace } from '@sosik/contract/trace'
import { useState } from 'preact/hooks'
import { useAnswer, useConsole } from './console.ts'
import { Field } from './parts/field.tsx'
import { Trouble } from './parts/trouble.tsx'
import { hashOf } from './place.ts'

const EVERY_MS = 10_000
/** A UUID and some more: its figures are wider than most letters. */
const MESSAGE_ID_LENGTH = 40

type Trace = AnswerOf<typeof readTrace>
type Stage = Trace['stages'][number]

const MARKS: Readonly<Record<Stage['state'], string>> = {
  passed: '✔',
  waiting: '…',
  stopped: '✖',
  unknown: '?',
  not_reached: '·',
}

export function Why({ fields }: { fields: Readonly<Record<string, string>> }) {
  const { texts } = useConsole()
  const { message = '', user = '' } = fields
  const [given, setGiven] = useState({ message, user })
  function ask(event: Event): void {
    event.preventDefault()
    location.hash = hashOf('why', { message: given.message.trim(), user: given.user })
  }
  return (
    <>
      <p class="quiet">{texts.why.help}</p>
      <form class="fields" onSubmit={ask}>
        <Field
          name={texts.why.message}
          length={MESSAGE_ID_LENGTH}
          value={given.message}
          onValue={(value) => setGiven({ ...given, message: value })}
          isRequired
        />
        <Field
          name={texts.why.user}
          type="number"
          value={given.user}
          onValue={(value) => setGiven({ ...given, user: value })}
          isRequired
        />
        <button type="submit" class="main">
          {texts.why.ask}
        </button>
      </form>
      {message !== '' && user !== '' && (
        <Walk key={`${message} ${user}`} message={message} user={Number(user)} />
      )}
    </>
  )
}

function Walk({ message, user }: { message: string; user: number }) {
  const { texts, language } = useConsole()
  const query = { message_id: message, user_id: user }
  const { answer, trouble } = useAnswer(readTrace, { query }, EVERY_MS)
  if (answer === undefined) {
    return trouble === undefined ? <p class="quiet">{texts.loading}</p> : <Trouble text={trouble} />
  }
  return (
    <section>
      <h2>{answer.verdict[language]}</h2>
      <ol class="walk">
        {answer.stages.map((one) => (
          <StageLine key={one.stage} stage={one} />
        ))}
      </ol>
    </section>
  )
}

function StageLine({ stage }: { stage: Stage }) {
  const { texts, language } = useConsole()
  const facts = Object.entries(stage.facts)
  return (
    <li class={stage.state}>
      <span class="mark" aria-hidden="true">
        {MARKS[stage.state]}
      </span>
      <div>
        <strong>{texts.why.stages[stage.stage]}</strong>{' '}
        <span class="quiet">{texts.why.states[stage.state]}</span>
        <p>{stage[language]}</p>
        {facts.length > 0 && (
          <ul class="line quiet">
            {facts.map(([name, value]) => (
              <li key={name}>
                {name} <code>{String(value)}</code>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
