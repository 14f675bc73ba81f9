// What a leader's answer to a batch means.
import type { produceV11 } from '@platformatic/kafka'
import { brokerError, CODE, isDenial, isRetriable } from './faults.ts'
import { placeOf } from '../log/place.ts'

export type ProduceAnswer = produceV11.ProduceResponsePartition

/**
 * `sequence broken`: the brokers and the producer disagree on which batch is next. `again`: may go
 * well later. `denied`: will when the login has the right. `refused`: never will.
 */
export type Verdict = 'written' | 'too large' | 'sequence broken' | 'again' | 'denied' | 'refused'

const VERDICTS: Readonly<Record<number, Verdict>> = {
  [CODE.NONE]: 'written',
  [CODE.DUPLICATE_SEQUENCE_NUMBER]: 'written',
  [CODE.MESSAGE_TOO_LARGE]: 'too large',
  [CODE.RECORD_LIST_TOO_LARGE]: 'too large',
  [CODE.OUT_OF_ORDER_SEQUENCE_NUMBER]: 'sequence broken',
  [CODE.INVALID_PRODUCER_EPOCH]: 'sequence broken',
  [CODE.UNKNOWN_PRODUCER_ID]: 'sequence broken',
}

/** After any other error the batch may be in the log: the leader had it when it failed. */
const NOT_WRITTEN: ReadonlySet<number> = new Set([
  CODE.CORRUPT_MESSAGE,
  CODE.UNKNOWN_TOPIC_OR_PARTITION,
  CODE.LEADER_NOT_AVAILABLE,
  CODE.MESSAGE_TOO_LARGE,
  CODE.INVALID_TOPIC,
  CODE.RECORD_LIST_TOO_LARGE,
  CODE.NOT_ENOUGH_REPLICAS,
  CODE.TOPIC_AUTHORIZATION_FAILED,
  CODE.CLUSTER_AUTHORIZATION_FAILED,
  CODE.INVALID_TIMESTAMP,
  CODE.POLICY_VIOLATION,
  CODE.OUT_OF_ORDER_SEQUENCE_NUMBER,
  CODE.INVALID_PRODUCER_EPOCH,
  CODE.UNKNOWN_PRODUCER_ID,
  CODE.UNSUPPORTED_COMPRESSION_TYPE,
  CODE.INVALID_RECORD,
])

export function verdictOf(code: number): Verdict {
  if (isDenial(code)) return 'denied'
  return VERDICTS[code] ?? (isRetriable(brokerError(code)) ? 'again' : 'refused')
}

/** True when this attempt, whatever earlier ones did, left nothing in the log. */
export function wroteNothing(code: number): boolean {
  return NOT_WRITTEN.has(code)
}

export function answersByPlace({
  responses,
}: produceV11.ProduceResponse): Map<string, ProduceAnswer> {
  const answers = new Map<string, ProduceAnswer>()
  for (const { name, partitionResponses } of responses) {
    for (const answer of partitionResponses) {
      answers.set(placeOf({ topic: name, partition: answer.index }), answer)
    }
  }
  return answers
}
