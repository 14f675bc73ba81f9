// Every route of the contract, and bodies and queries that fit it.
import { resolve } from 'node:path'
import type { AnyRoute } from '@sosik/contract/route'
import type { TObject, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { FILES, ROOT } from '../house/tree.ts'

const modules = FILES.filter((file) => /^contract\/src\/\w+\.ts$/.test(file))
const exported = await Promise.all(modules.map((file) => import(resolve(ROOT, file))))
const isRoute = (value: unknown): value is AnyRoute =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'route'

export const ROUTES: readonly AnyRoute[] = [
  ...new Set(exported.flatMap((names) => Object.values<unknown>(names)).filter(isRoute)),
]

export const lineOf = ({ method, path }: AnyRoute): string => `${method} ${path}`

/** `:name` of a path, in its order. */
export const paramsOf = ({ path }: AnyRoute): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

/** Tried in this order; the first that fits a field is its sample. */
const CANDIDATES: readonly unknown[] = [
  'text of a sample',
  'sample_1',
  'sample@example.com',
  'https://example.com/sample.png',
  '01234567-89ab-7cde-8f01-23456789abcd',
  '2026-01-27T12:00:00.000Z',
  'text',
  'group',
  1,
  true,
  [1],
  ['text of a sample'],
  {},
]

/** Values for all fields of a schema; `given` values by name come first where they fit. */
export function sampleOf(schema: TObject, given: Readonly<Record<string, unknown>>): object {
  const fields = Object.entries<TSchema>(schema.properties).map(([name, field]) => {
    const candidates = [given[name], ...literalsOf(field), ...CANDIDATES]
    const fitting = candidates.find((one) => one !== undefined && Value.Check(field, one))
    if (fitting === undefined) throw new Error(`no sample fits ${name}: give CANDIDATES one`)
    return [name, fitting]
  })
  return Object.fromEntries(fields)
}

const literalsOf = (schema: TSchema): unknown[] =>
  'anyOf' in schema && Array.isArray(schema.anyOf)
    ? schema.anyOf.map((one: { const?: unknown }) => one.const)
    : []
