// `npm run law -- --bite`: each seeded flaw must be found, or the law proves nothing.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { flawedCopy } from '../faults/bite/copy.ts'
import { LAW_FLAWS, type LawFlaw } from './flaws.ts'

const ROUNDS_MAX = 400
const BITE_MS_MAX = 300_000

export interface Caught {
  readonly isCaught: boolean
  /** What the run printed. */
  readonly output: string
}

/** Plays rounds in a copy of the tree that has the flaw, until it is found. */
export async function biteOnce({ edits }: LawFlaw): Promise<Caught> {
  const copy = flawedCopy(edits)
  const rounds = ['--rounds', String(ROUNDS_MAX), '--seed', '1', '--whole']
  const words = [join(copy.folder, 'test/law/main.ts'), ...rounds]
  try {
    return await new Promise((resolve) => {
      const options = { cwd: copy.folder, timeout: BITE_MS_MAX }
      execFile(process.execPath, words, options, (error, output, errors) =>
        resolve({
          isCaught: error?.code === 1 && / [1-9]\d* differences\n$/.test(output),
          output: output + errors,
        }),
      )
    })
  } finally {
    copy.remove()
  }
}

export async function bite(): Promise<void> {
  let caught = 0
  for (const flaw of LAW_FLAWS) {
    const { isCaught, output } = await biteOnce(flaw)
    if (isCaught) caught += 1
    const [rounds] = /\d+ rounds/.exec(output) ?? ['no rounds']
    console.log(`${isCaught ? 'caught' : 'MISSED'}  ${flaw.name} (${rounds})`)
  }
  if (caught < LAW_FLAWS.length) process.exitCode = 1
  console.log(`law: ${caught} of ${LAW_FLAWS.length} flaws caught`)
}
