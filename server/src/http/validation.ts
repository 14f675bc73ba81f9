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
    const value = textual ? Value.Default(schema, Value.Convert(schema, given)) : given
    if (compiled.Check(value)) return { value }
    const [fault] = compiled.Errors(value)
    const field = `${httpPart ?? ''}${fault?.instancePath ?? ''}`
    return { error: new Error(`${field} ${fault?.message ?? 'does not fit'}`) }
  }
}
