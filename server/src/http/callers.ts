// Who calls: a bearer token or a session's cookie, and whether the call came from our own pages.
import { Problem } from '@sosik/contract/errors'
import { stream as streamRoute } from '@sosik/contract/notification'
import { OPERATOR_COOKIE, SESSION_COOKIE } from '@sosik/contract/route'
import type { Caller } from '@sosik/services/service.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** `__Host-`: only over a secure connection, only this host; and never readable by a script. */
export const COOKIE_OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
const COOKIE_SECONDS_MAX = 30 * 24 * 3600

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface CallerParts {
  readonly authenticate: (token: string) => Promise<Caller | undefined>
}

/** The signed-in person. Throws `Problem`. */
export async function callerOf(request: FastifyRequest, parts: CallerParts): Promise<Caller> {
  const token = bearer(request) ?? request.cookies[SESSION_COOKIE]
  const caller = token === undefined ? undefined : await parts.authenticate(token)
  if (caller === undefined) throw new Problem('not_signed_in')
  return caller
}

export function setSessionCookie(reply: FastifyReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, { ...COOKIE_OPTIONS, maxAge: COOKIE_SECONDS_MAX })
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, COOKIE_OPTIONS)
}

export function bearer(request: FastifyRequest): string | undefined {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined
}

/**
 * Throws `origin_refused` for what a browser does on behalf of another site: a change, or an event
 * stream. Whatever the credential, and before it is looked at. A browser of today says where a
 * request comes from; one that says nothing may not change anything by its cookie alone, which it
 * would send along for any page.
 */
export function requireOwnSite(request: FastifyRequest): void {
  const { 'sec-fetch-site': site, origin } = request.headers
  if (SAFE_METHODS.has(request.method) && !isStream(request)) return
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') throw new Problem('origin_refused')
  } else if (origin !== undefined) {
    if (!isOwn(origin, request.host)) throw new Problem('origin_refused')
  } else if (!SAFE_METHODS.has(request.method) && bearer(request) === undefined) {
    const cookies = [SESSION_COOKIE, OPERATOR_COOKIE].map((name) => request.cookies[name])
    if (cookies.some((one) => one !== undefined)) throw new Problem('origin_refused')
  }
}

const isStream = (request: FastifyRequest): boolean => request.routeOptions.url === streamRoute.path

function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
