// Requests are held against their route by the validator that events are held against, too.
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/** Path and query are text and become what the schema says; a body must be it already. */
export const requestValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  const textual = httpPart === 'params' || httpPart === 'querystring'
  return (given: unknown) => {
    // Conversion works in place: what came is kept, to be compared.
    const value = textual ? Value.Default(schema, Value.Convert(schema, copyOf(given))) : given
    if (textual && !isCanonical(given, value)) {
      return { error: new Error(`${httpPart} holds a number in another spelling`) }
    }
    if (compiled.Check(value)) return { value }
    const [fault] = compiled.Errors(value)
    const field = `${httpPart ?? ''}${fault?.instancePath ?? ''}`
    return { error: new Error(`${field} ${fault?.message ?? 'does not fit'}`) }
  }
}

/** One number has one spelling: `1e3`, `0x10` or `05` would be other names of the same thing. */
function isCanonical(given: unknown, value: unknown): boolean {
  const texts = new Map(Object.entries(given as object))
  return Object.entries(value as object).every(
    ([name, one]) => typeof one !== 'number' || !texts.has(name) || String(one) === texts.get(name),
  )
}

const copyOf = (given: unknown): object => ({ ...(given as object) })
