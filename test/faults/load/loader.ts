// Open-loop load: a command is due when it is due, however long the ones before it take.
import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from '../records/journal.ts'
import type { CommandLine, CommandResult } from '../records/lines.ts'
import type { Command } from './command.ts'
import type { Commands } from './commands.ts'
import { type Answer, ask, type Host, rotation } from '../../support/http.ts'

export interface Loader {
  /** How many commands were accepted so far. */
  readonly accepted: number
  /** How many are asked and not known yet. */
  readonly open: number
  /** Sends one command now, beside the others. */
  send(command: Command): void
  /** Commands a second from now on. */
  rate(perSecond: number): void
  /** Takes no new ones and waits until every outcome is known, or the limit. */
  stop(limitMs: number): Promise<void>
}

export interface LoaderParts {
  readonly hosts: readonly Host[]
  readonly commands: Commands
  readonly journal: Journal<CommandLine>
}

const TICK_MS = 10
const RETRY_MS = 300
/** More than that are never asked at once: the load is honest, not a flood. */
const OPEN_MAX = 6_000

export function startLoader({ hosts, commands, journal }: LoaderParts): Loader {
  const nextHost = rotation(hosts)
  let [accepted, open, perSecond, debt] = [0, 0, 0, 0]
  let lastMs = performance.now()
  let stopped = false

  async function settle(command: Command): Promise<void> {
    const { id } = command
    journal.note(invocationOf(command))
    for (let tries = 1; ; tries += 1) {
      const host = nextHost()
      const known = await ask(host, command.asking).then(
        (answer) => verdictOf(command, answer, tries),
        (error: unknown): Known => ({ why: (error as Error).message }),
      )
      if ('why' in known) {
        journal.note({ is: 'info', command: id, api: host.name, why: known.why })
        await delay(RETRY_MS)
        continue
      }
      if ('code' in known) journal.note({ is: 'fail', command: id, api: host.name, ...known })
      else {
        journal.note({ is: 'ok', command: id, api: host.name, tries, ...known })
        accepted += 1
      }
      command.settled?.('result' in known ? known.result : undefined)
      return
    }
  }

  function send(command: Command): void {
    open += 1
    void settle(command).finally(() => {
      open -= 1
    })
  }

  const ticking = setInterval(() => {
    const nowMs = performance.now()
    debt += ((nowMs - lastMs) / 1_000) * perSecond
    lastMs = nowMs
    for (; debt >= 1; debt -= 1) if (open < OPEN_MAX) send(commands.next())
  }, TICK_MS)

  return {
    get accepted() {
      return accepted
    },
    get open() {
      return open
    },
    send(command) {
      if (!stopped) send(command)
    },
    rate(next) {
      perSecond = next
    },
    async stop(limitMs) {
      stopped = true
      clearInterval(ticking)
      const deadline = performance.now() + limitMs
      while (open > 0 && performance.now() < deadline) await delay(TICK_MS)
    },
  }
}

function invocationOf(command: Command): CommandLine {
  const { id, kind, person, roomId, isRefusable, guestId, hiddenFromId } = command
  return {
    is: 'invoke',
    command: id,
    kind,
    userId: person.userId,
    ...(roomId !== undefined && { roomId }),
    ...(isRefusable && { isRefusable }),
    ...(guestId !== undefined && { guestId }),
    ...(hiddenFromId !== undefined && { hiddenFromId }),
  }
}

type Known =
  | { readonly result: CommandResult }
  | { readonly code: string }
  | { readonly why: string }

/** Only a refusal that names its reason is one; anything of 500 and up may have been done. */
function verdictOf(command: Command, { status, body }: Answer, tries: number): Known {
  if (status < 300) return { result: resultOf(body) }
  const code = String(body.code)
  if (tries > 1 && command.doneWhen?.includes(code)) return { result: {} }
  return status >= 500 || status === 429 ? { why: `${status} ${code}` } : { code }
}

/** What the checks compare, and no more of the answer. */
function resultOf(body: Answer['body']): CommandResult {
  const { message_id, seq, read_seq, friendship_id, status_message } = body as CommandResult
  return {
    ...(message_id !== undefined && { message_id }),
    ...(seq !== undefined && { seq }),
    ...(read_seq !== undefined && { read_seq }),
    ...(friendship_id !== undefined && { friendship_id }),
    ...(status_message !== undefined && { status_message }),
  }
}
