// Asks the server where a message has got to; loaded only by who asks, as the client is large.
import { createClient, ProblemAnswer } from '@sosik/client'
import type { AnswerOf } from '@sosik/contract/route'
import { readTrace } from '@sosik/contract/trace'
import { CommandError } from '../command-error.ts'
import { readConfig } from '../config.ts'

export type Trace = AnswerOf<typeof readTrace>

export async function askTrace(
  baseUrl: string,
  message_id: string,
  user_id: number,
): Promise<Trace> {
  const token = readConfig().operatorToken
  if (token === undefined) {
    throw new CommandError('No token: set OPERATOR_TOKEN to the one that the server was given.')
  }
  try {
    return await createClient({ baseUrl, token }).call(readTrace, {
      query: { message_id, user_id },
    })
  } catch (error) {
    if (error instanceof ProblemAnswer) throw new CommandError(error.message)
    if (error instanceof TypeError) throw new CommandError(`Nobody answers at ${baseUrl}.`)
    throw error
  }
}
