// The operator's sign-in by browser: a cookie that tells when it ends, signed by the token. Pure.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** A working day; a new token of the installation ends all of them at once. */
export const OPERATOR_SESSION_MS = 12 * 3_600_000

/** What the cookie holds: it is worth nothing without the token, and does not give it away. */
export function operatorSession(token: string, nowMs: number): string {
  const endsAtMs = nowMs + OPERATOR_SESSION_MS
  return `${endsAtMs}.${signatureOf(token, endsAtMs)}`
}

export function isOperatorSession(given: string, token: string, nowMs: number): boolean {
  const [ends = '', signature = ''] = given.split('.')
  const endsAtMs = Number(ends)
  if (!sameText(signature, signatureOf(token, endsAtMs))) return false
  return endsAtMs > nowMs && endsAtMs <= nowMs + OPERATOR_SESSION_MS
}

/** In a time that tells nothing of where they differ. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const signatureOf = (token: string, endsAtMs: number): string =>
  createHmac('sha256', token).update(`operator session until ${endsAtMs}`).digest('base64url')
