// A reducer from its cases: one pure function for each type of news that changes the state.
import type { NewsData } from '@sosik/contract/news'
import type { StreamEvent } from '../events.ts'

/** The state after an event; the very same state when the event does not concern it. */
export type Reducer<State> = (state: State, event: StreamEvent) => State

export type Cases<State> = {
  readonly [Type in keyof NewsData]?: (state: State, data: NewsData[Type]) => State
}

export function reducerOf<State>(cases: Cases<State>): Reducer<State> {
  return (state, event) => caseOf(cases, event.type)?.(state, event.data) ?? state
}

/** The stream's types and their data belong together; here a type is only known as a text. */
function caseOf<State>(cases: Cases<State>, type: string) {
  if (!Object.hasOwn(cases, type)) return undefined
  return cases[type as keyof NewsData] as
    | ((state: State, data: StreamEvent['data']) => State)
    | undefined
}
