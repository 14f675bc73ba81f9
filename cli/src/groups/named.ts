// The groups of the catalogue that a command names.
import type { Catalogue, ConsumerGroup } from 'sosik/catalogue'
import { CommandError } from '../command-error.ts'

/** All of them when none is named; throws `CommandError` for a name that is not there. */
export function groupsNamed(catalogue: Catalogue, names: readonly string[]): ConsumerGroup[] {
  const unknown = names.filter((name) => !catalogue.groups.some((one) => one.name === name))
  if (unknown.length > 0) {
    const known = catalogue.groups.map((one) => one.name).join(', ')
    throw new CommandError(`No group ${unknown.join(', ')} in the catalogue; it has ${known}.`)
  }
  return catalogue.groups.filter((one) => names.length === 0 || names.includes(one.name))
}
