// Where a message has got to on its way to a person, told from what each place knows of it. Pure.
import type { Trace } from '@sosik/contract/trace'
import type { Static } from 'typebox'
import { SENTENCES, type SentenceCode } from './sentences.ts'

type Answer = Static<typeof Trace>
type Stage = Answer['stages'][number]
type StageName = Stage['stage']

const STAGES = [
  'message',
  'outbox',
  'log',
  'group',
  'inbox',
  'line',
  'stream',
] as const satisfies readonly StageName[]

/** What one place says: passed, or how and by which sentence not. */
export interface Finding {
  readonly stage: StageName
  readonly state: Exclude<Stage['state'], 'not_reached'>
  readonly code: SentenceCode
  readonly facts: Stage['facts']
}

/**
 * All places in their order; those behind the one where it stopped are not reached. What a place
 * has forgotten by its age stops nothing: the places behind it may know.
 */
export function traceOf(messageId: string, userId: number, findings: readonly Finding[]): Answer {
  const stages = STAGES.map((stage): Stage => {
    const found = findings.find((one) => one.stage === stage)
    if (found === undefined) {
      return { stage, state: 'not_reached', ...sentenceOf('not_reached'), facts: {} }
    }
    const { state, code, facts } = found
    return { stage, state, ...sentenceOf(code), facts }
  })
  return { message_id: messageId, user_id: userId, verdict: verdictOf(findings), stages }
}

/** The place where it stands; where it has come all the way, the last one. */
function verdictOf(findings: readonly Finding[]): Answer['verdict'] {
  const standing = findings.find(({ state }) => state === 'stopped' || state === 'waiting')
  return sentenceOf((standing ?? findings.at(-1))?.code ?? 'not_reached')
}

const sentenceOf = (code: SentenceCode) => ({ code, ...SENTENCES[code] })
