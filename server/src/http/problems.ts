// Errors as answers: problem details (RFC 9457) with a stable code, in Korean or English.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEMS, Problem, type ProblemCode, problemType } from '@sosik/contract/errors'
import { PROBLEM_TYPE } from '@sosik/contract/openapi/problem'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { failureKind } from 'sosik'
import { uuidv7 } from 'uuidv7'
import { prefersKorean } from './accept.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** Fastify's own refusals, by their code, as ours. */
const REFUSALS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_VALIDATION: 'body_invalid',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body_invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_invalid',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unknown',
  FST_ERR_BAD_URL: 'body_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'body_invalid',
}

/** What Node refuses before there is a request. */
const BROKEN: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const MEDIA_TYPE = `${PROBLEM_TYPE}; charset=utf-8`

export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = problemOf(error)
  if (isFault(problem) && problem !== error) request.log.error({ error }, 'request failed')
  return sendProblem(request, reply, problem)
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): FastifyReply {
  const isKorean = prefersKorean(request.headers['accept-language'])
  const { status } = problem
  if (isTemporary(status) && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  return reply
    .code(status)
    .header('content-type', MEDIA_TYPE)
    .header('content-language', isKorean ? 'ko' : 'en')
    .serializer(JSON.stringify)
    .send(detailsOf(problem, request.id, isKorean))
}

/** What never became a request has no headers to go by: the answer is in English. */
export function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = new Problem(BROKEN[error.code ?? ''] ?? 'body_invalid')
  const body = JSON.stringify(detailsOf(problem, uuidv7(), false))
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`
  socket.end([status, ...lines, '', body].join('\r\n'))
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  const code = REFUSALS[error.code]
  if (code !== undefined) return new Problem(code, error.message)
  if (error.statusCode === 400) return new Problem('body_invalid', error.message)
  // What the work needs is away: that passes, and the same request can be made again.
  return new Problem(failureKind(error) === 'outage' ? 'not_ready' : 'internal')
}

const isFault = ({ status }: Problem): boolean => status >= 500

function detailsOf({ code, status, detail }: Problem, requestId: string, isKorean: boolean) {
  const [, english, korean] = PROBLEMS[code]
  return {
    type: problemType(code),
    title: isKorean ? korean : english,
    status,
    code,
    ...(detail !== undefined && { detail }),
    instance: `urn:uuid:${requestId}`,
  }
}

const isTemporary = (status: number): boolean => status === 429 || status === 503
