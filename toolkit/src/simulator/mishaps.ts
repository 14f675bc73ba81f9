// What becomes of a request to the brokers: refused, or done without an answer, or nothing amiss.
import { LogUnavailableError, PublishError } from '../errors.ts'
import type { Faults } from './faults.ts'
import type { Mishap } from './link.ts'
import type { RareState } from './rare-states.ts'

type Reach = (state: RareState) => void

export function appendMishap(faults: Faults, reach: Reach): Mishap {
  if (faults.happens('appendRefused')) {
    reach('an append was refused')
    return { refused: new PublishError('The brokers refused the batch.') }
  }
  if (!faults.happens('appendAnswerLost')) return {}
  reach('the answer to an append was lost')
  return { answerLost: new PublishError('The answer to the batch was lost.') }
}

export function commitMishap(faults: Faults, reach: Reach): Mishap {
  if (faults.happens('commitFailed')) {
    reach('a commit failed')
    return { refused: new LogUnavailableError('The commit failed.') }
  }
  if (!faults.happens('commitAnswerLost')) return {}
  reach('the answer to a commit was lost')
  return { answerLost: new LogUnavailableError('The answer to the commit was lost.') }
}

/** For the history. */
export function fateOf({ refused, answerLost }: Mishap): string {
  if (refused) return ' refused'
  return answerLost ? ' done, answer lost' : ''
}
