// Problem details (RFC 9457) as OpenAPI says them.
import { Type } from 'typebox'
import { PROBLEMS, type ProblemCode } from '../errors.ts'
import type { Response } from './document.ts'

export const PROBLEM_TYPE = 'application/problem+json'

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'Where the code is explained.' }),
    title: Type.String({ description: 'A sentence for people, in the language of the answer.' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stays the same; what programs go by.' }),
    detail: Type.Optional(Type.String({ description: 'What exactly was wrong.' })),
    instance: Type.String({
      format: 'uri',
      description: 'This one answer: `urn:uuid:` and the request id, as it stands in the log.',
    }),
  },
  { additionalProperties: false },
)

const schema = { $ref: '#/components/schemas/ProblemDetails' }

/** The answer of one status; `codes` all have it. */
export function problemResponse(codes: readonly ProblemCode[]): Response {
  const sentences = codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`)
  return {
    description: sentences.join('\n\n'),
    content: { [PROBLEM_TYPE]: { schema: { ...schema, properties: { code: { enum: codes } } } } },
  }
}
