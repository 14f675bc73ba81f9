// Who operates an installation: tokens, each with a name for the audit and with what it may do.
import { OPERATOR_RIGHTS } from '@sosik/contract/access'
import type { OperatorCaller } from '@sosik/services/service.ts'

export interface Operator extends OperatorCaller {
  readonly token: string
}

export const OPERATORS_USAGE = `
  OPERATOR_TOKEN             lets into /console/, /ops, /analytics and /metrics, 16 characters
                             or more; whoever has it may do all. Real parts let nobody in
                             without it or OPERATORS, and the role console does not start alone
  OPERATORS                  tokens of single people: NAME:RIGHTS:TOKEN,NAME:RIGHTS:TOKEN, where
                             RIGHTS are ${OPERATOR_RIGHTS.join(', ')}, joined by +; their names
                             stand in the audit`.slice(1)

const TOKEN_LENGTH_MIN = 16

/** The one of `OPERATOR_TOKEN` first. */
export function readOperators(
  environment: NodeJS.ProcessEnv,
  rolesGiven: readonly string[],
  faults: string[],
): Operator[] {
  const { OPERATOR_TOKEN: token, OPERATORS: named = '' } = environment
  const shared = token === undefined ? [] : [operatorWith(token)]
  if (shared.some(isShort))
    faults.push(`OPERATOR_TOKEN has ${TOKEN_LENGTH_MIN} characters or more.`)
  const people = named.split(',').filter((one) => one !== '')
  const operators = people.map(readOperator)
  if (!operators.every((one) => one !== undefined)) {
    const rights = OPERATOR_RIGHTS.join(', ')
    faults.push(
      `OPERATORS is NAME:RIGHTS:TOKEN,…; rights are ${rights}, joined by +; ` +
        `a token has ${TOKEN_LENGTH_MIN} characters or more.`,
    )
    return shared
  }
  const all = [...shared, ...operators]
  // Who asks for the console by name wants somebody to be let in.
  if (all.length === 0 && rolesGiven.includes('console')) {
    faults.push('--role console needs OPERATOR_TOKEN or OPERATORS: else nobody is let in.')
  }
  const tokens = new Set(all.map((one) => one.token))
  if (tokens.size < all.length)
    faults.push('Of OPERATORS and OPERATOR_TOKEN each has its own token.')
  return all
}

/** May do all, and is nobody's own. */
export const operatorWith = (token: string): Operator => ({
  name: undefined,
  token,
  rights: OPERATOR_RIGHTS,
})

function readOperator(text: string): Operator | undefined {
  const [name = '', granted = '', token = '', ...more] = text.split(':')
  const given = granted.split('+')
  const rights = OPERATOR_RIGHTS.filter((right) => given.includes(right))
  const operator: Operator = { name: name.trim(), token, rights }
  const fits = operator.name !== '' && rights.length === given.length && more.length === 0
  return fits && !isShort(operator) ? operator : undefined
}

const isShort = ({ token }: Operator): boolean => token.length < TOKEN_LENGTH_MIN
