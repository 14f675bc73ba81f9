// The field kinds that events share, as JSON Schema by TypeBox.
import { Type } from 'typebox'

/** A positive safe integer: user, friendship and room ids. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** An instant, RFC 3339 in UTC with milliseconds and `Z`; Python's naive form is read too. */
export const Timestamp = Type.String({ format: 'date-time' })

/** Text of at most `lengthMax` UTF-16 units. */
export const text = (lengthMax: number) => Type.String({ maxLength: lengthMax })

/** Whether a field's schema is an instant, and so is normalised at publish and at read. */
export function isTimestamp(schema: object): boolean {
  return 'format' in schema && schema.format === 'date-time'
}
