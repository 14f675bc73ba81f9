// The operator signs in by browser: the token is asked for once, and a cookie stands for it.
import { Problem } from '@sosik/contract/errors'
import { closeOperatorSession, openOperatorSession } from '@sosik/contract/ops'
import { type Answering, answering } from '@sosik/services/service.ts'
import { sameText } from './operator-session.ts'

/** The host sets the cookie after the one, and takes it away after the other. */
export function operatorSignIn(operatorToken: string | undefined): Answering[] {
  return [
    answering(openOperatorSession, async ({ body: { token } }) => {
      if (!sameText(token, operatorToken)) throw new Problem('operator_token_wrong')
    }),
    answering(closeOperatorSession, async () => undefined),
  ]
}
