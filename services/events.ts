// The messenger's events as they lie in the log, for who reads it in no group.
import { messenger } from '@sosik/contract/catalogue'
import { decode, type DomainEvent, type LogRecord, SosikError } from 'sosik'

/** Nothing for what is no event of ours: no group has handled it either. */
export function eventOf(record: LogRecord): DomainEvent | undefined {
  try {
    const decoded = decode(messenger, record)
    return decoded.known ? decoded.event : undefined
  } catch (error) {
    if (error instanceof SosikError) return undefined
    throw error
  }
}
