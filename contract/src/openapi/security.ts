// Who may call a route, as OpenAPI says it.
import { type Authorization, OPERATOR_COOKIE, SESSION_COOKIE } from '../route.ts'

export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `token` that registering and signing in answer.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'Set by registering and signing in; changes only from pages of the same origin.',
  },
  operator: {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator token of this installation.',
  },
  operator_cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: OPERATOR_COOKIE,
    description: 'Set by `POST /ops/session`; changes only from pages of the same origin.',
  },
} as const

/** One of them is enough. */
export function securityOf(authorization: Authorization): Readonly<Record<string, []>>[] {
  const ways = {
    nobody: [],
    user: [{ bearer: [] }, { cookie: [] }],
    operator: [{ operator: [] }, { operator_cookie: [] }],
  }
  return ways[authorization] as Readonly<Record<string, []>>[]
}
