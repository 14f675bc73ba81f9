// How a story is told: one line a step; a step that fails is said and counted, and ends the story.

export interface Story {
  readonly lines: readonly string[]
  readonly steps: number
  readonly failed: number
  step<Answer>(line: string, tell: () => Promise<Answer>): Promise<Answer>
  /** `story: N steps, F failed`. */
  summary(): string
}

export function createStory(print: (line: string) => void): Story {
  const lines: string[] = []
  let failed = 0
  return {
    lines,
    get steps() {
      return lines.length
    },
    get failed() {
      return failed
    },
    async step(line, tell) {
      lines.push(line)
      const number = String(lines.length).padStart(2)
      const startedMs = performance.now()
      try {
        const answer = await tell()
        print(`${number}  ok  ${line} (${Math.round(performance.now() - startedMs)} ms)`)
        return answer
      } catch (error) {
        failed += 1
        print(`${number}  FAILED  ${line}: ${(error as Error).message}`)
        throw error
      }
    },
    summary: () => `story: ${lines.length} steps, ${failed} failed`,
  }
}
