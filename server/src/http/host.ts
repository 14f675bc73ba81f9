// The HTTP host: every route of the services, checked and authorized as its contract says.
import cookie from '@fastify/cookie'
import { register, signIn, signOut } from '@sosik/contract/user'
import type { Answering, Caller, RouteRequest } from '@sosik/services/service.ts'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify'
import { uuidv7 } from 'uuidv7'
import { type CallerParts, callerOf, clearSessionCookie, setSessionCookie } from './callers.ts'
import { answerProblems } from './problems.ts'
import { requestValidator } from './validation.ts'

export interface HostParts extends CallerParts {
  readonly logger: FastifyBaseLogger
  /** A signed-in person did something. */
  readonly active: (caller: Caller) => void
}

const BODY_BYTES_MAX = 131_072
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 72_000

/** What is common to every route; the routes are mounted on it. */
export async function createHost({ logger }: HostParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    // A query can hold what somebody searches for: our own line below names only the route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    genReqId: () => uuidv7(),
  })
  await app.register(cookie)
  app.setValidatorCompiler(requestValidator)
  answerProblems(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, log } = request
    const elapsedMs = Math.round(reply.elapsedTime)
    log.info({ method, route: routeOptions.url, status: reply.statusCode, elapsedMs }, 'request')
  })
  return app
}

export function mount(app: FastifyInstance, answerings: readonly Answering[], parts: HostParts) {
  for (const { route, handler } of answerings) {
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        params: route.params,
        querystring: route.query,
        ...(route.body && { body: route.body }),
        ...(route.answer && { response: { [route.status]: route.answer } }),
      },
      async handler(request, reply) {
        const caller = await callerOf(request, route.auth, parts)
        if (caller !== undefined) parts.active(caller)
        const answer = await handler({
          params: request.params as Values,
          query: request.query as Values,
          body: request.body as Values,
          caller: caller ?? NOBODY,
          userAgent: request.headers['user-agent'] ?? '',
          correlationId: request.id,
        })
        keepSession(reply, route, answer)
        return reply.code(route.status).send(answer)
      },
    })
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
