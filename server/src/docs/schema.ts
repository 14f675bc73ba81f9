// Schemas as people read them: a type in a line, and the fields of an object as a table.
import type { JsonSchema } from '@sosik/contract/openapi/schema'
import { html, joined, type Markup, type Piece } from './html.ts'

/** What is read of a schema here; the contract uses no more of JSON Schema. */
interface Read {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly description?: string
  readonly contentSchema?: JsonSchema
}

/** Bounds and forms, in the order in which they are said. */
const RULES: readonly [keyword: string, says: (value: string) => string][] = [
  ['format', String],
  ['minimum', (value) => `≥ ${value}`],
  ['maximum', (value) => `≤ ${value}`],
  ['minLength', (value) => `${value} characters or more`],
  ['maxLength', (value) => `${value} characters at most`],
  ['minItems', (value) => `${value} or more`],
  ['maxItems', (value) => `${value} at most`],
  ['uniqueItems', () => 'each once'],
  ['pattern', String],
  ['default', (value) => `${value} when left out`],
]

const read = (schema: JsonSchema): Read => schema

/** In TypeScript's way of writing. */
export function typeOf(schema: JsonSchema): Piece {
  const { $ref, type, anyOf, items, properties, patternProperties, contentSchema } = read(schema)
  if ($ref !== undefined) return reference($ref)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (anyOf !== undefined) return joined(anyOf.map(typeOf), ' | ')
  if (contentSchema !== undefined) return ['JSON of ', typeOf(contentSchema)]
  if (items !== undefined) return [typeOf(items), '[]']
  if (properties !== undefined) return ['{ ', joined(fieldsOf(schema).map(inLine), ', '), ' }']
  const [each] = Object.values(patternProperties ?? {})
  if (each !== undefined) return ['{ [name]: ', typeOf(each), ' }']
  return type ?? 'anything'
}

export function fieldTable(schema: JsonSchema): Markup {
  const rows = fieldsOf(schema).map(
    ({ name, isRequired, field }) => html`<tr>
<td><code>${name}</code>${isRequired ? '' : html` <small>optional</small>`}</td>
<td><code>${typeOf(field)}</code></td><td>${wordsOf(field)}</td></tr>`,
  )
  return html`<table>${rows}</table>`
}

/** Description and rules; of a choice, what each value stands for. */
export function wordsOf(schema: JsonSchema): Piece {
  const { description = '', anyOf = [] } = read(schema)
  const rules = RULES.flatMap(([keyword, says]) =>
    keyword in schema ? [html`<code>${says(String(schema[keyword]))}</code>`] : [],
  )
  const values = anyOf
    .filter((one) => read(one).description !== undefined)
    .map((one) => html`<dt><code>${typeOf(one)}</code></dt><dd>${read(one).description ?? ''}</dd>`)
  const list = values.length > 0 ? html`<dl>${values}</dl>` : ''
  return [description, description === '' ? '' : ' ', joined(rules, ', '), list]
}

interface Field {
  readonly name: string
  readonly isRequired: boolean
  readonly field: JsonSchema
}

function fieldsOf(schema: JsonSchema): Field[] {
  const { properties = {}, required = [] } = read(schema)
  return Object.entries(properties).map(([name, field]) => ({
    name,
    isRequired: required.includes(name),
    field,
  }))
}

const inLine = ({ name, isRequired, field }: Field): Piece => [
  name,
  isRequired ? ': ' : '?: ',
  typeOf(field),
]

function reference($ref: string): Markup {
  const name = $ref.slice($ref.lastIndexOf('/') + 1)
  return html`<a href="#schema-${name}">${name}</a>`
}
