// One operation of the page: what it takes, what it answers, what it refuses.
import type { OpenApi, Operation, Reference, Response } from '@sosik/contract/openapi/document'
import { html, type Markup, type Piece } from './html.ts'
import { fieldTable, typeOf, wordsOf } from './schema.ts'

type Components = OpenApi['components']

export function operationArticle(
  line: string,
  operation: Operation,
  components: Components,
): Markup {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const takes = parameters.map(
    ({ name, in: place, required, schema }) => html`<tr>
<td><code>${name}</code>${required ? '' : html` <small>optional</small>`}</td><td>${place}</td>
<td><code>${typeOf(schema)}</code></td><td>${wordsOf(schema)}</td></tr>`,
  )
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => html`<h4>Body <code>${type}</code></h4>${fieldTable(schema)}`,
  )
  const answers = Object.entries(responses).map(([status, response]) =>
    answerRow(status, response, components),
  )
  return html`<article id="${operationId}">
<h3><code>${line}</code> <small>${who(operation)}</small></h3>
<p>${summary}</p>
${takes.length > 0 ? html`<h4>Parameters</h4><table>${takes}</table>` : ''}
${bodies}
<h4>Answers</h4><table>${answers}</table>
</article>
`
}

function who({ security }: Operation): string {
  if (security.length === 0) return 'for anybody'
  const isOperators = security.some((way) => 'operator' in way)
  return isOperators ? 'for the operator' : 'for who is signed in'
}

function answerRow(status: string, response: Response | Reference, components: Components): Markup {
  const { description, content = {} } = resolved(response, components)
  const isRefusal = Number(status) >= 400
  const what = Object.entries(content).map(
    ([type, { schema }]): Piece =>
      isRefusal ? codesOf(schema) : html`<code>${type}</code> <code>${typeOf(schema)}</code>`,
  )
  return html`<tr><td>${status}</td><td>${what.length > 0 ? what : description}</td></tr>`
}

function resolved(response: Response | Reference, { responses }: Components): Response {
  if (!('$ref' in response)) return response
  const name = response.$ref.slice(response.$ref.lastIndexOf('/') + 1)
  return responses[name] ?? { description: name }
}

function codesOf(schema: { readonly properties?: unknown }): Piece {
  const { code } = schema.properties as { code: { enum: readonly string[] } }
  return code.enum.map((one) => html`<a href="#problem-${one}"><code>${one}</code></a> `)
}
