// The operator's question: where a message has got to on its way to a person.
import { Id, text } from 'sosik/catalogue'
import { Type } from 'typebox'
import { route } from './route.ts'

/** What a place says: a code for programs, a sentence for people. */
const Sentence = { code: Type.String(), en: Type.String(), ko: Type.String() }

const Stage = Type.Object({
  /** The places that a message passes, in their order. */
  stage: Type.Union([
    Type.Literal('message'),
    Type.Literal('outbox'),
    Type.Literal('log'),
    Type.Literal('group'),
    Type.Literal('inbox'),
    Type.Literal('line'),
    Type.Literal('stream'),
  ]),
  /** `unknown` where what would tell is gone by its age; `waiting` where it goes on by itself. */
  state: Type.Union([
    Type.Literal('passed'),
    Type.Literal('stopped'),
    Type.Literal('waiting'),
    Type.Literal('unknown'),
    Type.Literal('not_reached'),
  ]),
  ...Sentence,
  /** Ids, places, times and numbers; never a text or a name. */
  facts: Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
  ),
})

export const Trace = Type.Object({
  message_id: text(100),
  user_id: Id,
  verdict: Type.Object(Sentence),
  stages: Type.Array(Stage),
})

export const readTrace = route('GET /ops/trace', {
  auth: 'operator',
  access: 'operator',
  query: { message_id: Type.String({ minLength: 1, maxLength: 100 }), user_id: Id },
  answer: Trace,
  says: 'Why a person has a message or not: each place on its way, and where it stopped.',
})
