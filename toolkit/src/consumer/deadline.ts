// One attempt as its handler sees it, and the deadline at which it is given up.
import type { Clock } from '../clock.ts'
import { HandlerTimeoutError } from '../errors.ts'
import type { Run } from './attempts.ts'
import type { EffectDelivery } from './effects.ts'

/** A handler's `Delivery`. The signal is made when it is asked for: it costs more than the rest. */
export class Attempt implements EffectDelivery {
  readonly attempt: number
  readonly redrives: number
  readonly isReplay: boolean
  readonly again: boolean
  #controller: AbortController | undefined
  #givenUp: Error | undefined

  constructor(attempt: number, run: Run) {
    this.attempt = attempt
    this.redrives = run.redrives
    this.isReplay = run.isReplay
    this.again = run.inbox !== undefined && run.inbox !== 'skip_seen'
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#givenUp !== undefined) this.#controller.abort(this.#givenUp)
    }
    return this.#controller.signal
  }

  giveUp(reason: Error): void {
    this.#givenUp = reason
    this.#controller?.abort(reason)
  }
}

/**
 * What `call` answers, or a rejection with `HandlerTimeoutError` after `msMax`, whatever the call
 * goes on doing. What answers without a promise has ended, and needs no timer.
 */
export async function withinDeadline<Answer>(
  clock: Clock,
  msMax: number,
  attempt: Pick<Attempt, 'giveUp'>,
  call: () => Promise<Answer> | Answer,
): Promise<Answer> {
  const answer = call()
  if (!isPromise(answer)) return answer
  return await new Promise((resolve, reject) => {
    const cancel = clock.after(msMax, () => {
      const error = new HandlerTimeoutError(`It was given ${msMax} ms.`)
      reject(error)
      attempt.giveUp(error)
    })
    void Promise.resolve(answer).then(resolve, reject).finally(cancel)
  })
}

function isPromise<Answer>(answer: Promise<Answer> | Answer): answer is Promise<Answer> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}
