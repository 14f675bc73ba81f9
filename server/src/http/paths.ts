// Which methods a path answers: asked by OPTIONS, and told to who comes with another one.
import { Problem } from '@sosik/contract/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problems.ts'

/** Before the routes are mounted: it learns them as they are. */
export function answerOtherMethods(app: FastifyInstance): void {
  const paths = new Map<string, { readonly matches: RegExp; readonly methods: Set<string> }>()

  function allowed(url: string): string[] {
    const [path = ''] = url.split('?')
    const found = [...paths.values()].filter(({ matches }) => matches.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))]
  }

  app.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { matches: patternOf(url), methods: new Set() }
    for (const one of [method].flat()) known.methods.add(one)
    paths.set(url, known)
  })

  function answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const methods = allowed(request.url)
    if (methods.length === 0) {
      return sendProblem(request, reply, new Problem('not_found', 'There is no such route.'))
    }
    reply.header('allow', [...methods, 'OPTIONS'].join(', '))
    if (request.method === 'OPTIONS') return reply.code(204).send()
    return sendProblem(request, reply, new Problem('method_not_allowed'))
  }

  app.setNotFoundHandler(answer)
  // Before a body is read: that there is no such route does not depend on it.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answer(request, reply)
  })
}

/** Of a route's path, such as `/rooms/:room_id`. */
function patternOf(url: string): RegExp {
  const pattern = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*')
  return new RegExp(`^${pattern}$`)
}
