// What a broker's answer, or a failure on the way to one, means: try again, or give up.
import { ProtocolError, protocolErrorsCodesById } from '@platformatic/kafka'
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'
import { LogRefusedError, SosikError, TimeoutError } from '../errors.ts'

/** The protocol's error codes that this adapter acts upon, by Kafka's names. */
export const CODE = {
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  MESSAGE_TOO_LARGE: 10,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  INVALID_TOPIC: 17,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  UNKNOWN_MEMBER_ID: 25,
  TOPIC_AUTHORIZATION_FAILED: 29,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  INVALID_TIMESTAMP: 32,
  TOPIC_ALREADY_EXISTS: 36,
  POLICY_VIOLATION: 44,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  UNKNOWN_PRODUCER_ID: 59,
  GROUP_ID_NOT_FOUND: 69,
  UNSUPPORTED_COMPRESSION_TYPE: 76,
  INVALID_RECORD: 87,
  UNKNOWN_TOPIC_ID: 100,
  FENCED_MEMBER_EPOCH: 110,
  STALE_MEMBER_EPOCH: 113,
} as const

/** What Node says of a broker's certificate that it does not trust. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const RETRY_DELAY_MS_MIN = 100
const RETRY_DELAY_MS_MAX = 1000

/** The error that a broker's code stands for. */
export function brokerError(code: number, detail: string | null = null): Error {
  if (!(code in protocolErrorsCodesById)) return new Error(`Kafka's error code ${code}. ${detail}`)
  return new ProtocolError(code, detail)
}

export function throwCode(code: number, detail: string | null = null): void {
  if (code !== CODE.NONE) throw brokerError(code, detail)
}

/** The broker's code behind an error; undefined when no broker said it. */
export function codeOf(error: unknown): number | undefined {
  if (!(error instanceof ProtocolError)) return undefined
  const code: number = error['apiCode']
  return code
}

/** Whether a right is missing: that says nothing of what was asked, and rights come and go. */
export function isDenial(code: number | undefined): boolean {
  return code === CODE.TOPIC_AUTHORIZATION_FAILED || code === CODE.CLUSTER_AUTHORIZATION_FAILED
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/**
 * False for what stays wrong: refused rights, refused content, a part that was closed. The deepest
 * reason decides: the client calls a connection that broke in a login a login that failed.
 */
export function isRetriable(error: unknown): boolean {
  if (error instanceof SosikError) return error instanceof TimeoutError
  // The group has moved on by an epoch, and the next heartbeat tells the member of it.
  if (codeOf(error) === CODE.STALE_MEMBER_EPOCH) return true
  const reasons = reasonsOf(error)
  if (reasons.length > 0) return reasons.every(isRetriable)
  if (!(error instanceof Error)) return true
  if ('code' in error && UNTRUSTED.has(error.code)) return false
  return !('canRetry' in error && error.canRetry === false)
}

function reasonsOf(error: unknown): unknown[] {
  if (error instanceof AggregateError) return error.errors
  return error instanceof Error && error.cause !== undefined ? [error.cause] : []
}

/** 100 ms, doubling up to a second, up to half of it taken away by chance. */
export function retryDelayMs(attempt: number): number {
  const ceiling = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** attempt)
  return ceiling * (1 - Math.random() / 2)
}

/**
 * Calls until an answer comes. Rejects with the toolkit's own errors as they are, `LogRefusedError`
 * for what stays wrong, `TimeoutError` when `timeoutMs` is over; both name the cause.
 */
export async function retrying<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  what: string,
  timeoutMs: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadlineMs = clock.nowMs() + timeoutMs
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof SosikError && !(error instanceof TimeoutError)) throw error
      if (!isRetriable(error)) throw new LogRefusedError(what, { cause: error })
      if (clock.nowMs() >= deadlineMs) throw new TimeoutError(what, { cause: error })
      await sleep(clock, retryDelayMs(attempts), signal)
    }
  }
}
