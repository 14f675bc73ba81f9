// `npm run faults:bite [-- --only NAME]`: each seeded flaw is built in turn, and has to be caught.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { commandOptions } from '../../support/command-options.ts'
import { flawedCopy } from './copy.ts'
import { FLAWS, type Flaw } from './flaws.ts'

const TRIALS_MAX = 3
const TRIAL = './trial-main.ts'

const { only } = commandOptions({
  name: 'faults:bite',
  does: 'Breaks the product in a copy, flaw by flaw: the fault stand must find each.',
  lists: { only: [FLAWS.map(({ name }) => name), 'only these flaws'] },
})
const chosen = FLAWS.filter(({ name }) => only?.includes(name) ?? true)
const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => interruption.abort(new Error(name)))
}

let caught = 0
for (const flaw of chosen) if (await isCaught(flaw)) caught += 1
if (caught < chosen.length || chosen.length === 0) process.exitCode = 1
console.log(`bite: ${caught} of ${chosen.length} caught`)

async function isCaught(flaw: Flaw): Promise<boolean> {
  const copy = flawedCopy(flaw.edits)
  try {
    for (let trial = 1; trial <= TRIALS_MAX && !interruption.signal.aborted; trial += 1) {
      const found = await tryOut(flaw, copy.folder, trial)
      const count = found[flaw.caughtBy] ?? 0
      if (count === 0) continue
      const others = Object.keys(found).filter((name) => name !== flaw.caughtBy)
      const also = others.length > 0 ? `; also by ${others.join(', ')}` : ''
      const times = `${count} violations, trial ${trial}`
      console.log(`✔ ${flaw.name}: caught by ${flaw.caughtBy} (${times})${also}`)
      return true
    }
  } finally {
    copy.remove()
  }
  console.log(`✖ ${flaw.name}: not caught by ${flaw.caughtBy} in ${TRIALS_MAX} trials`)
  return false
}

/** The checks that found something, and how often. */
async function tryOut(flaw: Flaw, folder: string, seed: number): Promise<Record<string, number>> {
  const child = spawn(
    process.execPath,
    [join(folder, 'test/faults/bite', TRIAL), flaw.name, String(seed)],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const stop = () => void child.kill('SIGTERM')
  interruption.signal.addEventListener('abort', stop, { once: true })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  interruption.signal.removeEventListener('abort', stop)
  const last = output.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`The trial of ${flaw.name} did not come to its end.`)
  const all = JSON.parse(last) as Record<string, number>
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
}
