// Which problems a route can answer: its own, and those of every route of its kind.
import type { ProblemCode } from './errors.ts'
import type { AnyRoute } from './route.ts'

/** By what a route asks for, not by what it does. */
const KINDS: readonly [applies: (route: AnyRoute) => boolean, codes: readonly ProblemCode[]][] = [
  [() => true, ['body_invalid', 'not_acceptable', 'too_many', 'headers_too_large']],
  [() => true, ['internal', 'not_ready']],
  [({ auth }) => auth !== 'nobody', ['not_signed_in']],
  [({ auth }) => auth === 'operator', ['not_allowed']],
  [
    ({ method }) => method !== 'GET',
    ['origin_refused', 'request_timeout', 'body_too_large', 'media_type_unknown'],
  ],
  [({ idempotencyKey }) => idempotencyKey, ['idempotency_key_busy', 'idempotency_key_reused']],
]

/** Every code that the route can answer, each once. */
export function problemsOf(route: AnyRoute): readonly ProblemCode[] {
  const common = KINDS.flatMap(([applies, codes]) => (applies(route) ? codes : []))
  return [...new Set([...common, ...route.problems])]
}
