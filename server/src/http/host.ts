// The HTTP host: every route of the services, checked and authorized as its contract says.
import cookie from '@fastify/cookie'
import { Problem } from '@sosik/contract/errors'
import { closeOperatorSession, openOperatorSession } from '@sosik/contract/ops'
import { JSON_TYPE } from '@sosik/contract/route'
import { register, signIn, signOut } from '@sosik/contract/user'
import type { Answering, Caller, Download, RouteRequest } from '@sosik/services/service.ts'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
  type RouteOptions,
} from 'fastify'
import { uuidv7 } from 'uuidv7'
import { requireAcceptable } from './accept.ts'
import { cutSlowBody, sendBytes, takeBytes, uploadOf } from './bytes.ts'
import { clearSessionCookie, setSessionCookie } from './callers.ts'
import { type GuardParts, guardedCaller, guardedOperator, guardOf } from './guard.ts'
import { idempotencyOf } from './idempotency.ts'
import { clearOperatorCookie, setOperatorCookie } from './operator-door.ts'
import { answerOtherMethods } from './paths.ts'
import { answerBroken, answerError } from './problems.ts'
import { doorRates } from './rates.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { boundUnderWay, UNDER_WAY_MAX } from './under-way.ts'
import { requestValidator } from './validation.ts'

export interface HostParts extends GuardParts {
  readonly logger: FastifyBaseLogger
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** Requests at once; `UNDER_WAY_MAX` when left out. */
  readonly underWayMax?: number
  /** A signed-in person did something. */
  readonly active: (caller: Caller) => void
}

const BODY_BYTES_MAX = 131_072
const HEADER_BYTES_MAX = 16_384
/** From the connection, or the request before, to the last header. */
const HEADERS_TIMEOUT_MS = 10_000
const BODY_TIMEOUT_MS = 30_000
/** The largest file over a slow line. */
const UPLOAD_TIMEOUT_MS = 900_000
/** How often connections are looked at for those of the server. */
const TIMEOUT_CHECK_MS = 1_000
const KEEP_ALIVE_MS = 72_000
/** The contract says how long a parameter may be; this only bounds what is looked at. */
const PARAM_LENGTH_MAX = 1_000
/** What is asked when the server stops is answered by then, or its connection is cut. */
const CLOSE_MS_MAX = 5_000

/** What is common to every route; the routes are mounted on it. */
export async function createHost(parts: HostParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.logger,
    trustProxy: parts.trustedProxies.length > 0 && [...parts.trustedProxies],
    // A query can hold what somebody searches for: our own line below names only the route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: HEADER_BYTES_MAX, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    forceCloseConnections: 'idle',
    genReqId: () => uuidv7(),
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    frameworkErrors: (...given) => void answerError(...given),
    clientErrorHandler: answerBroken,
    return503OnClosing: false,
  })
  app.server.headersTimeout = HEADERS_TIMEOUT_MS
  app.removeContentTypeParser('text/plain')
  await app.register(cookie)
  app.setValidatorCompiler(requestValidator)
  app.setErrorHandler(answerError)
  refuseWhenClosing(app)
  closeInTime(app)
  const rates = doorRates(parts)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    await rates.countAddress(request, reply)
  })
  boundUnderWay(app, parts.underWayMax ?? UNDER_WAY_MAX)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, log } = request
    const elapsedMs = Math.round(reply.elapsedTime)
    log.info({ method, route: routeOptions.url, status: reply.statusCode, elapsedMs }, 'request')
  })
  answerOtherMethods(app)
  requireAcceptable(app)
  return app
}

/** A connection that was opened and asks for nothing is not idle to Node: it stays a minute. */
function closeInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_MS_MAX).unref()
  })
}

/** On connections that were open already; there are no new ones then. */
function refuseWhenClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onRequest', async () => {
    if (isClosing) throw new Problem('not_ready')
  })
}

export function mount(app: FastifyInstance, answerings: readonly Answering[], parts: HostParts) {
  for (const answering of answerings) {
    const { consumes } = answering.route
    if (consumes === undefined) app.route(mounted(answering, parts))
    else takeBytes(app, consumes, mounted(answering, parts))
  }
}

function mounted({ route, handler }: Answering, parts: HostParts): RouteOptions {
  return {
    method: route.method,
    url: route.path,
    ...guardOf(route, parts),
    ...(route.body && { preParsing: cutSlowBody(BODY_TIMEOUT_MS) }),
    // An answer of bytes is opened for who reads it.
    exposeHeadRoute: route.produces === JSON_TYPE,
    config: { produces: route.produces },
    schema: {
      params: route.params,
      querystring: route.query,
      ...(route.body && { body: route.body }),
      ...(route.answer && { response: { [route.status]: route.answer } }),
    },
    async handler(request, reply) {
      const caller = guardedCaller(request)
      if (caller !== undefined) parts.active(caller)
      const { range, 'if-none-match': ifNoneMatch } = request.headers
      const answer = await handler({
        params: request.params as Values,
        query: request.query as Values,
        body: route.consumes ? uploadOf(request, route.consumes) : (request.body as Values),
        conditions: { range, ifNoneMatch },
        caller: caller ?? NOBODY,
        operator: guardedOperator(request),
        userAgent: request.headers['user-agent'] ?? '',
        correlationId: request.id,
        idempotency: idempotencyOf(request, route),
      })
      if (route.produces !== JSON_TYPE) return sendBytes(reply, answer as Download)
      keepSession(reply, route, answer)
      keepOperatorSession(reply, route, request.body)
      return reply.code(route.status).send(answer)
    },
  }
}

type Values = RouteRequest['params']

/** Routes that are open to anybody never look at their caller. */
const NOBODY: Caller = { userId: 0, sessionId: '' }

function keepSession(reply: FastifyReply, route: object, answer: unknown): void {
  if (route === register || route === signIn) {
    setSessionCookie(reply, (answer as { token: string }).token)
  }
  if (route === signOut) clearSessionCookie(reply)
}

function keepOperatorSession(reply: FastifyReply, route: object, body: unknown): void {
  if (route === openOperatorSession) setOperatorCookie(reply, (body as { token: string }).token)
  if (route === closeOperatorSession) clearOperatorCookie(reply)
}
