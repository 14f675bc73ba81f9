// The operator's words: where a message has got to on its way to a person.
import { Id, text } from 'sosik/catalogue'
import { Type } from 'typebox'
import { route } from './route.ts'

/** The places that a message passes on its way, in their order. */
export const STAGES = ['message', 'outbox', 'log', 'group', 'inbox', 'line', 'stream'] as const

const Sentence = { code: Type.String(), en: Type.String(), ko: Type.String() }

const Stage = Type.Object({
  stage: Type.Union(STAGES.map((stage) => Type.Literal(stage))),
  /** `unknown` where what would tell is gone by its age; `waiting` where that is as it should be. */
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
