// What kind of failure an error is: one to try again, one to wait out, or one that stays.
import {
  DecodeError,
  DomainError,
  PayloadConflictError,
  PublishError,
  SchemaError,
  TimeoutError,
} from '../errors.ts'

/**
 * - `permanent`: no retry can help; dead letter at once.
 * - `outage`: something the handler needs is away; wait, and count no attempt.
 * - `unknown`: everything else; a bounded number of attempts.
 */
export type FailureKind = 'permanent' | 'outage' | 'unknown'

/** Sockets that are refused, cut or silent; PostgreSQL shutting down, starting or full. */
const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
])

/** What `pg` says without a code when a connection goes, or cannot be had in time. */
const OUTAGE_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
]

const CAUSES_MAX = 8

export function failureKind(error: unknown): FailureKind {
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    if (isPermanent(current)) return 'permanent'
    if (isOutage(current)) return 'outage'
    current = current.cause
  }
  return 'unknown'
}

const PERMANENT = [DomainError, DecodeError, SchemaError, PayloadConflictError]

const isPermanent = (error: Error): boolean => PERMANENT.some((kind) => error instanceof kind)

function isOutage(error: Error): boolean {
  if (error instanceof PublishError || error instanceof TimeoutError) return true
  if (error instanceof AggregateError) return error.errors.every((one) => isOutage(one as Error))
  if ('code' in error && OUTAGE_CODES.has(String(error.code))) return true
  return OUTAGE_MESSAGES.some((text) => error.message.startsWith(text))
}
