// What every part of the face works with: the server, the language, and answers as they come.
import { type CallOptions, type Client, ProblemAnswer } from '@sosik/client'
import type { OperatorRight } from '@sosik/contract/access'
import type { readOperatorSession } from '@sosik/contract/ops'
import type { AnswerOf, JsonRoute } from '@sosik/contract/route'
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Texts } from './texts/en.ts'
import type { Language } from '@sosik/contract/language'

/** Who is signed in, and what they may do. */
export type Operator = AnswerOf<typeof readOperatorSession>

export interface Console {
  /** Undefined while nobody is signed in. */
  readonly operator: Operator | undefined
  readonly client: Client
  readonly language: Language
  readonly texts: Texts
}

export const ConsoleContext = createContext<Console | undefined>(undefined)

export function useConsole(): Console {
  const console = useContext(ConsoleContext)
  if (console === undefined) throw new Error('This is shown inside the console only.')
  return console
}

/** Whether the operator has been granted that right; the server is who refuses. */
export function useRight(right: OperatorRight): boolean {
  return useConsole().operator?.rights.includes(right) ?? false
}

export interface Answered<Answer> {
  /** The latest one; undefined before the first. */
  readonly answer: Answer | undefined
  /** Why there is no newer one. */
  readonly trouble: string | undefined
  readonly again: () => void
}

/** The route's answer, asked for again when what is asked changes, and every so often. */
export function useAnswer<One extends JsonRoute>(
  route: One,
  options: CallOptions<One>,
  everyMs: number,
): Answered<AnswerOf<One>> {
  const { client, texts } = useConsole()
  const asked = JSON.stringify(options)
  const [answered, setAnswered] = useState<{ asked: string; answer: AnswerOf<One> }>()
  const [trouble, setTrouble] = useState<string>()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    async function ask(): Promise<void> {
      try {
        const answer = await client.call(route, JSON.parse(asked) as CallOptions<One>)
        if (isOver) return
        setAnswered({ asked, answer })
        setTrouble(undefined)
      } catch (error) {
        if (!isOver) setTrouble(troubleText(error, texts))
      }
      // Not before the answer: a server that is slow is not asked more often for it.
      if (!isOver) timer = setTimeout(() => void ask(), everyMs)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [client, route, asked, everyMs, turn, texts])
  const answer = answered?.asked === asked ? answered.answer : undefined
  return { answer, trouble, again: () => setTurn((before) => before + 1) }
}

/** What the server said, in its words; of a server that is away, ours. */
export function troubleText(error: unknown, texts: Texts): string {
  return error instanceof ProblemAnswer ? error.message : texts.away
}
