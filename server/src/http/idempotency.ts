// The idempotency key of a request, and what the request is told apart by.
import { createHash } from 'node:crypto'
import { Problem } from '@sosik/contract/errors'
import { IDEMPOTENCY_KEY, IdempotencyKey } from '@sosik/contract/idempotency'
import type { AnyRoute } from '@sosik/contract/route'
import type { Idempotency } from '@sosik/services/service.ts'
import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'

const key = Compile(IdempotencyKey)

/** Undefined where the route takes none or none was given. Throws `Problem('body_invalid')`. */
export function idempotencyOf(request: FastifyRequest, route: AnyRoute): Idempotency | undefined {
  const given = request.headers[IDEMPOTENCY_KEY.toLowerCase()]
  if (!route.idempotencyKey || given === undefined) return undefined
  if (typeof given !== 'string' || !key.Check(given)) {
    throw new Problem('body_invalid', `${IDEMPOTENCY_KEY} is one to 100 of A-Z a-z 0-9 _ . : -`)
  }
  const asked = JSON.stringify([request.method, request.url, request.body ?? null])
  return {
    key: given.replaceAll('"', ''),
    requestHash: createHash('sha256').update(asked).digest(),
  }
}
