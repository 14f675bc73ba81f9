// The whole API: every route by its name, and the schemas that have names of their own.
import { type TSchema, Type } from 'typebox'
import * as analytics from './analytics.ts'
import * as chat from './chat.ts'
import * as files from './files.ts'
import { Frame } from './frames.ts'
import * as friend from './friend.ts'
import * as notification from './notification.ts'
import * as operations from './operations.ts'
import * as ops from './ops.ts'
import type { AnyRoute } from './route.ts'
import * as search from './search.ts'
import * as trace from './trace.ts'
import * as user from './user.ts'

export interface NamedRoute {
  /** The context that declares it. */
  readonly context: string
  readonly name: string
  readonly route: AnyRoute
}

const contexts = {
  user,
  friend,
  chat,
  files,
  notification,
  search,
  analytics,
  operations,
  ops,
  trace,
}

const exported = Object.entries(contexts).flatMap(([context, module]) =>
  Object.entries<unknown>(module).map(([name, value]) => ({ context, name, value })),
)

/** Context by context, in the order of their names. */
export const apiRoutes: readonly NamedRoute[] = exported.flatMap(({ context, name, value }) =>
  isRoute(value) ? [{ context, name, route: value }] : [],
)

export const apiSchemas: Readonly<Record<string, TSchema>> = Object.fromEntries([
  ...exported.flatMap(({ name, value }) => (Type.IsObject(value) ? [[name, value]] : [])),
  ['Frame', Frame],
])

export function isRoute(value: unknown): value is AnyRoute {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'route'
}
