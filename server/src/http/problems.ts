// Errors as answers: problem details (RFC 9457) with a stable code, in Korean or English.
import { PROBLEMS, Problem, type ProblemCode } from '@sosik/contract/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Fastify's own refusals, by their code, as ours. */
const REFUSALS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_VALIDATION: 'body_invalid',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body_invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_invalid',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unknown',
}

export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const problem = problemOf(error)
    if (problem.code === 'internal') request.log.error({ error }, 'request failed')
    return sendProblem(request, reply, problem)
  })
  app.setNotFoundHandler(async (request, reply) =>
    sendProblem(request, reply, new Problem('not_found', 'There is no such route.')),
  )
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  const code = REFUSALS[error.code]
  if (code !== undefined) return new Problem(code, error.message)
  if (error.statusCode === 400) return new Problem('body_invalid', error.message)
  return new Problem('internal')
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const [status, english, korean] = PROBLEMS[problem.code]
  const body = {
    type: 'about:blank',
    title: prefersKorean(request.headers['accept-language']) ? korean : english,
    status,
    code: problem.code,
    ...(problem.detail !== undefined && { detail: problem.detail }),
  }
  if (isTemporary(status) && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body)
}

const isTemporary = (status: number): boolean => status === 429 || status === 503

const prefersKorean = (languages = ''): boolean => /^\s*ko\b/i.test(languages)
