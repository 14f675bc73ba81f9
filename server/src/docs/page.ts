// The API as one page for people, rendered from its OpenAPI document: no script, no outside asset.
import type { OpenApi, Operation } from '@sosik/contract/openapi/document'
import { PROBLEMS, type ProblemCode } from '@sosik/contract/errors'
import { html, type Markup, type Piece } from './html.ts'
import { operationArticle } from './operation.ts'
import { fieldTable } from './schema.ts'
import { STYLE } from './style.ts'

interface Placed {
  readonly line: string
  readonly operation: Operation
}

export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      line: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sosik API</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
<h1>Sosik API</h1>
${document.info.description.split('\n\n').map((one) => html`<p>${marked(one)}</p>`)}
<p>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
${contents(document, operations)}
${document.tags.map(({ name, description }) => [
  html`<h2 id="${name}">${name}</h2><p>${description}</p>`,
  ofTag(operations, name).map(({ line, operation }) =>
    operationArticle(line, operation, document.components),
  ),
])}
${signingIn(document)}
${schemas(document)}
${problems()}
</main>
</body>
</html>
`
  return page.markup
}

/** The first tag of an operation is its context. */
const ofTag = (operations: readonly Placed[], tag: string): readonly Placed[] =>
  operations.filter(({ operation }) => operation.tags[0] === tag)

function contents({ tags }: OpenApi, operations: readonly Placed[]): Markup {
  const sections = tags.map(
    ({ name }) =>
      html`<dt><a href="#${name}">${name}</a></dt><dd>${ofTag(operations, name).map(
        ({ line, operation }) =>
          html`<a href="#${operation.operationId}"><code>${line}</code></a> `,
      )}</dd>`,
  )
  return html`<nav><dl>${sections}
<dt>and</dt><dd><a href="#sign-in">signing in</a> <a href="#schemas">schemas</a>
<a href="#problems">problems</a></dd></dl></nav>`
}

function signingIn({ components }: OpenApi): Markup {
  const ways = Object.entries(components.securitySchemes).map(
    ([name, { description }]) => html`<dt><code>${name}</code></dt><dd>${marked(description)}</dd>`,
  )
  return html`<h2 id="sign-in">Signing in</h2><dl>${ways}</dl>`
}

function schemas({ components }: OpenApi): Markup {
  const each = Object.entries(components.schemas).map(
    ([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>${fieldTable(schema)}`,
  )
  return html`<h2 id="schemas">Schemas</h2>${each}`
}

/** Where the \`type\` of problem details leads to. */
function problems(): Markup {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  const rows = codes.map((code) => {
    const [status, english, korean] = PROBLEMS[code]
    return html`<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td>
<td>${english}</td><td lang="ko">${korean}</td></tr>`
  })
  return html`<h2 id="problems">Problems</h2><table>${rows}</table>`
}

/** Backquotes are all that our sentences use of Markdown. */
function marked(text: string): Piece {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))
}
