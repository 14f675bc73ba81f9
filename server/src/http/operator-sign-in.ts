// The operator signs in by browser: the token is asked for once, and a cookie stands for it.
import { Problem } from '@sosik/contract/errors'
import { closeOperatorSession, openOperatorSession, readOperatorSession } from '@sosik/contract/ops'
import { type Answering, answering } from '@sosik/services/service.ts'
import type { Operator } from '../operators.ts'
import { operatorBy } from './operator-door.ts'

/** The host sets the cookie after the first, and takes it away after the last. */
export function operatorSignIn(operators: readonly Operator[]): Answering[] {
  return [
    answering(openOperatorSession, async ({ body: { token } }) => {
      if (operatorBy(token, operators) === undefined) throw new Problem('operator_token_wrong')
    }),
    answering(readOperatorSession, async ({ operator }) => {
      return { name: operator?.name ?? null, rights: [...(operator?.rights ?? [])] }
    }),
    answering(closeOperatorSession, async () => undefined),
  ]
}
