// Holds an event's data against its schema: the same check at publish and at read.
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AnyEvent } from '../catalogue/event.ts'
import { isTimestamp } from '../catalogue/fields.ts'
import { SchemaError } from '../errors.ts'
import { normalTimestamp } from './timestamp.ts'

interface Check {
  readonly fields: readonly { readonly name: string; readonly timestamp: boolean }[]
  readonly passes: (data: object) => boolean
  readonly firstFault: (data: object) => { field: string; detail: string }
}

const checks = new WeakMap<AnyEvent, Check>()

/**
 * The event's known fields in the schema's order, instants in their one written form. Throws
 * `SchemaError`, which names event and field, when something is missing or wrong.
 */
export function validData(definition: AnyEvent, data: object): Record<string, unknown> {
  const check = checkOf(definition)
  const given = data as Record<string, unknown>
  const known: Record<string, unknown> = {}
  for (const { name, timestamp } of check.fields) {
    const value = given[name]
    if (value === undefined) continue
    known[name] = timestamp ? instant(definition, name, value) : value
  }
  if (check.passes(known)) return known
  const fault = check.firstFault(known)
  throw new SchemaError(definition.name, fault.field, fault.detail)
}

function instant(definition: AnyEvent, name: string, value: unknown): string {
  const normal = typeof value === 'string' ? normalTimestamp(value) : undefined
  if (normal !== undefined) return normal
  throw new SchemaError(definition.name, `/${name}`, 'must be an instant as RFC 3339 writes it')
}

function checkOf(definition: AnyEvent): Check {
  const known = checks.get(definition)
  if (known !== undefined) return known
  const made = compile(definition)
  checks.set(definition, made)
  return made
}

function compile(definition: AnyEvent): Check {
  const { properties } = definition.schema
  const required: readonly string[] = definition.schema.required ?? []
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    timestamp: isTimestamp(schema),
  }))
  // Instants are checked when they are normalised, so the compiled check need not do it again.
  const plain = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const checked = isTimestamp(schema) ? Type.String() : schema
      return [name, required.includes(name) ? checked : Type.Optional(checked)]
    }),
  )
  const compiled = Compile(Type.Object(plain))
  return {
    fields,
    passes: (data) => compiled.Check(data),
    firstFault(data) {
      const [fault] = compiled.Errors(data)
      if (fault === undefined) return { field: '', detail: 'does not fit' }
      return { field: faultyField(fault), detail: fault.message }
    },
  }
}

/** A missing field is reported on its object; the field is what the reader wants to know. */
function faultyField(fault: { instancePath: string; params: object }): string {
  if (!('requiredProperties' in fault.params)) return fault.instancePath
  const [missing] = fault.params.requiredProperties as string[]
  return `${fault.instancePath}/${missing}`
}
