// Who calls: a bearer token or the session cookie, and whether the call came from our own pages.
import { timingSafeEqual } from 'node:crypto'
import { Problem } from '@sosik/contract/errors'
import type { Authorization } from '@sosik/contract/route'
import type { Caller } from '@sosik/services/service.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** `__Host-`: only over a secure connection, only this host, never readable by a script. */
const COOKIE = '__Host-session'
const COOKIE_OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
const COOKIE_SECONDS_MAX = 30 * 24 * 3600

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface CallerParts {
  readonly authenticate: (token: string) => Promise<Caller | undefined>
  readonly operatorToken: string | undefined
}

/** The signed-in caller, or undefined where the route asks for none. Throws `Problem`. */
export async function callerOf(
  request: FastifyRequest,
  authorization: Authorization,
  parts: CallerParts,
): Promise<Caller | undefined> {
  const cookie = request.cookies[COOKIE]
  const token = bearer(request) ?? cookie
  if (token !== undefined && token === cookie) requireOwnPage(request)
  if (authorization === 'nobody') return undefined
  if (authorization === 'operator') {
    if (!sameText(token ?? '', parts.operatorToken)) throw new Problem('not_allowed')
    return undefined
  }
  const caller = token === undefined ? undefined : await parts.authenticate(token)
  if (caller === undefined) throw new Problem('not_signed_in')
  return caller
}

export function setSessionCookie(reply: FastifyReply, token: string): void {
  reply.setCookie(COOKIE, token, { ...COOKIE_OPTIONS, maxAge: COOKIE_SECONDS_MAX })
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(COOKIE, COOKIE_OPTIONS)
}

function bearer(request: FastifyRequest): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined
}

/** A browser sends the cookie along by itself, so a foreign page must not be able to use it. */
function requireOwnPage(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const { origin, host } = request.headers
  const own = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
  if (site !== undefined || !own) throw new Problem('origin_refused')
}

function sameText(given: string, expected: string | undefined): boolean {
  if (expected === undefined) return false
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
