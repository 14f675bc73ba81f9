// The messenger as a context: whoever shows a part of it is drawn anew when it changes.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Messenger, View } from './messenger.ts'

export interface Followed extends Messenger {
  readonly now: View
}

const Following = createContext<Followed | undefined>(undefined)

export const MessengerProvider = Following.Provider

export function useMessenger(): Followed {
  const followed = useContext(Following)
  if (followed === undefined) throw new Error('There is no messenger around this.')
  return followed
}
