// Waits for a condition, not for a time.

const WAIT_MS_MAX = 20_000
const LOOK_AGAIN_MS = 5

/** The first answer that is neither undefined nor false; throws with `what` when none comes. */
export async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  waitMsMax = WAIT_MS_MAX,
): Promise<Answer> {
  const deadline = Date.now() + waitMsMax
  for (;;) {
    const answer = await look()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited ${waitMsMax} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
