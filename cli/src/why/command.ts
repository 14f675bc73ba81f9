// `sosik why`: where a message to a person has got to, asked of the server.
import { Command, Option } from 'commander'
import pc from 'picocolors'
import { countIn } from '../numbers.ts'
import { type OutputFlags, withOutput } from '../output.ts'
import { plainLine, printJson } from '../table.ts'
import { telling } from '../telling.ts'
import type { Trace } from './ask.ts'

const HELP = `
It walks the message's way and names the place where it stopped:
  message → outbox → log → group → inbox → line → stream
  OPERATOR_TOKEN=… sosik why 019bf8a0-0000-7000-8000-000000000001 2
The exit code is 0 when it has arrived or is on its way, 1 when it has stopped somewhere.`

type Language = 'en' | 'ko'

interface WhyFlags extends OutputFlags {
  readonly url: string
  readonly language: Language
}

const MARKS = {
  passed: pc.green('✔'),
  waiting: pc.yellow('…'),
  stopped: pc.red('✖'),
  unknown: pc.dim('?'),
  not_reached: pc.dim('·'),
} as const satisfies Record<Trace['stages'][number]['state'], string>

const STAGE_COLUMNS = 8

export function whyCommand(): Command {
  return withOutput(
    new Command('why')
      .description('Why a person has a message or not: each place on its way.')
      .argument('<message>', 'the id of the message')
      .argument('<user>', 'the id of the person', countIn)
      .option('--url <url>', 'the server', 'http://127.0.0.1:3000')
      .addOption(new Option('--language <language>').choices(['en', 'ko']).default('en')),
  )
    .addHelpText('after', HELP)
    .action((messageId: string, userId: number, flags: WhyFlags) =>
      telling(async () => {
        const { askTrace } = await import('./ask.ts')
        const trace = await askTrace(flags.url, messageId, userId)
        if (flags.output === 'json') printJson(trace)
        else console.log(linesOf(trace, flags.language).join('\n'))
        return trace.stages.some(({ state }) => state === 'stopped') ? 1 : 0
      }),
    )
}

function linesOf({ stages, verdict }: Trace, language: Language): string[] {
  const lines = stages.map(({ stage, state, facts, ...sentence }) => {
    const known = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
    const said = [sentence[language], pc.dim(plainLine(known.join(' ')))].filter(Boolean)
    return `${MARKS[state]} ${stage.padEnd(STAGE_COLUMNS)} ${said.join('  ')}`
  })
  return [...lines, verdict[language]]
}
