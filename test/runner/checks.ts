// Types, lint and format: each is one test, and all three run even when one fails.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Report, reportOf } from './report.ts'

const CHECKS = {
  types: ['tsc'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  format: ['biome', 'format'],
} as const
const CHECK_MS_MAX = 180_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const run = promisify(execFile)

export function runChecks(root: string, signal: AbortSignal): Promise<Report[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([name, [program, ...words]]) => {
      const startedMs = performance.now()
      const limits = { timeout: CHECK_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX }
      try {
        const file = `${root}/node_modules/.bin/${program}`
        await run(file, words, { cwd: root, signal, ...limits })
        return reportOf(name, startedMs)
      } catch (error) {
        const { stdout = '', stderr = '', message } = error as Error & Record<string, string>
        return reportOf(name, startedMs, `${stdout}${stderr}`.trim() || message)
      }
    }),
  )
}
