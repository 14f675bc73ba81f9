// The options of this house's own commands: `--help` teaches them, a wrong one is answered by it.
import { Command, InvalidArgumentError, Option } from 'commander'

export interface CommandLine<
  Numbers extends string,
  Texts extends string,
  Flags extends string,
  Lists extends string,
> {
  /** As it stands in package.json. */
  readonly name: string
  readonly does: string
  /** Of each its default, and what it says. */
  readonly numbers?: Readonly<Record<Numbers, readonly [fallback: number, says: string]>>
  readonly texts?: Readonly<Record<Texts, string>>
  readonly flags?: Readonly<Record<Flags, string>>
  /** Of each what may be in it. */
  readonly lists?: Readonly<Record<Lists, readonly [choices: readonly string[], says: string]>>
}

type Values<
  Numbers extends string,
  Texts extends string,
  Flags extends string,
  Lists extends string,
> = Record<Numbers, number> &
  Partial<Record<Texts, string>> &
  Partial<Record<Flags, true>> &
  Partial<Record<Lists, readonly string[]>>

/** Of single words. Ends the process after help, or with status 1 after a sentence that helps. */
export function commandOptions<
  Numbers extends string = never,
  Texts extends string = never,
  Flags extends string = never,
  Lists extends string = never,
>(line: CommandLine<Numbers, Texts, Flags, Lists>): Values<Numbers, Texts, Flags, Lists> {
  const command = new Command(`npm run ${line.name}`)
    .usage('-- [OPTIONS]')
    .description(line.does)
    .showHelpAfterError()
  for (const [name, [fallback, says]] of entriesOf(line.numbers)) {
    command.option(`--${name} <N>`, says, numberOf, fallback)
  }
  for (const [name, says] of entriesOf(line.texts)) command.option(`--${name} <TEXT>`, says)
  for (const [name, says] of entriesOf(line.flags)) command.option(`--${name}`, says)
  for (const [name, [choices, says]] of entriesOf(line.lists)) {
    command.addOption(new Option(`--${name} <NAME...>`, says).choices(choices))
  }
  return command.parse().opts()
}

const entriesOf = <Value>(record: Readonly<Record<string, Value>> = {}) => Object.entries(record)

/** Finite and not negative. */
function numberOf(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number
  throw new InvalidArgumentError('It is a number, and not negative.')
}
