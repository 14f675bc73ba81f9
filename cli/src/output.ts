// How a command answers: as a table for a person, or as JSON for a program.
import { type Command, Option } from 'commander'

export interface OutputFlags {
  readonly output: 'table' | 'json'
}

/** Adds `--output`, and `--json` as its short form. */
export function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <form>', 'form').choices(['table', 'json']).default('table'),
    )
    .addOption(new Option('--json', 'the same as --output json').implies({ output: 'json' }))
}
