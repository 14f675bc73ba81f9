// Runs a command's work; what a person can mend is told in a sentence, without a stack.
import { SosikError } from 'sosik'
import { CommandError } from './command-error.ts'

/** Sets the exit code that `work` answers; 1 after an error, which is told on stderr. */
export async function telling(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof SosikError)) throw error
    console.error(`sosik: ${error.message}`)
    process.exitCode = 1
  }
}
