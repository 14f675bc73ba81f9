// Schemas as OpenAPI carries them: plain JSON, and a reference where a schema has a name.

export type JsonSchema = Readonly<Record<string, unknown>>

/** A schema with a reference for each named schema in it. */
export type Refer = (schema: object) => JsonSchema

export function namedSchemas(schemas: Readonly<Record<string, object>>): {
  readonly components: Readonly<Record<string, JsonSchema>>
  readonly refer: Refer
} {
  const names = new Map(Object.entries(schemas).map(([name, one]) => [JSON.stringify(one), name]))

  function refer(value: object): JsonSchema {
    const name = names.get(JSON.stringify(value))
    return name === undefined ? inside(value) : { $ref: `#/components/schemas/${name}` }
  }

  function inside(value: object): JsonSchema {
    const entries = Object.entries(value).map(([key, one]) => [key, each(one)])
    return Object.fromEntries(entries) as JsonSchema
  }

  function each(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(each)
    return typeof value === 'object' && value !== null ? refer(value) : value
  }

  const components = Object.entries(schemas).map(([name, one]) => [name, inside(one)])
  return { components: Object.fromEntries(components) as Record<string, JsonSchema>, refer }
}
