// The header by which a command can be asked again without being done again.
import { Type } from 'typebox'

export const IDEMPOTENCY_KEY = 'Idempotency-Key'

/** As in the IETF's draft a quoted string; a bare one is understood as well. */
export const IdempotencyKey = Type.String({
  pattern: '^([A-Za-z0-9_.:-]{1,100}|"[A-Za-z0-9_.:-]{1,100}")$',
  description: 'The same key and request get the first answer again, for a day.',
})
