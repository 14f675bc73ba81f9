// Which operator calls, by a token or by the cookie that stands for it, and what they may do.
import { RIGHT_OF } from '@sosik/contract/access'
import { Problem } from '@sosik/contract/errors'
import { type AnyRoute, OPERATOR_COOKIE, SESSION_COOKIE } from '@sosik/contract/route'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Operator } from '../operators.ts'
import { bearer, COOKIE_OPTIONS } from './callers.ts'
import {
  isOperatorSession,
  OPERATOR_SESSION_MS,
  operatorSession,
  sameText,
} from './operator-session.ts'

/** Nobody comes to the operator's face from another site's link and is signed in. */
const OPERATOR_COOKIE_OPTIONS = { ...COOKIE_OPTIONS, sameSite: 'strict' } as const

/** Throws `Problem` unless an operator calls who has the right that the route asks for. */
export function operatorOf(
  request: FastifyRequest,
  { access }: Pick<AnyRoute, 'access'>,
  operators: readonly Operator[],
): Operator {
  const operator = knownOperator(request, operators)
  const right = RIGHT_OF[access]
  if (right === undefined || !operator.rights.includes(right)) throw new Problem('not_allowed')
  return operator
}

function knownOperator(request: FastifyRequest, operators: readonly Operator[]): Operator {
  const [given, cookie] = [bearer(request), request.cookies[OPERATOR_COOKIE]]
  if (given !== undefined) {
    const known = operatorBy(given, operators)
    if (known !== undefined) return known
    throw new Problem('not_allowed')
  }
  const nowMs = Date.now()
  const isTheirs = ({ token }: Operator) => isOperatorSession(cookie ?? '', token, nowMs)
  const known = operators.find(isTheirs)
  if (known !== undefined) return known
  const isPerson = request.cookies[SESSION_COOKIE] !== undefined && cookie === undefined
  throw new Problem(isPerson ? 'not_allowed' : 'not_signed_in')
}

/** Whose token it is. */
export const operatorBy = (given: string, operators: readonly Operator[]): Operator | undefined =>
  operators.find(({ token }) => sameText(given, token))

export function setOperatorCookie(reply: FastifyReply, token: string): void {
  const maxAge = OPERATOR_SESSION_MS / 1_000
  const value = operatorSession(token, Date.now())
  reply.setCookie(OPERATOR_COOKIE, value, { ...OPERATOR_COOKIE_OPTIONS, maxAge })
}

export function clearOperatorCookie(reply: FastifyReply): void {
  reply.clearCookie(OPERATOR_COOKIE, OPERATOR_COOKIE_OPTIONS)
}
