// The document as a story: on embedded parts, on real ones, and with every role in its own process.
import assert from 'node:assert/strict'
import test from 'node:test'
import { withFolder, withRealParts } from '../support/parts.ts'
import { startRoles } from '../support/roles.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { tellDocument, type Told } from './document.ts'
import { createStory } from './steps.ts'

interface Running extends Told {
  /** The exit codes of all its processes. */
  stop(): Promise<readonly (number | null)[]>
}

async function alone(
  parts: { folder: string } | { real: Record<string, string> },
): Promise<Running> {
  const server = await startServerProcess({ port: await freePort(), ...parts })
  return { url: server.url, stop: async () => [await server.stop()] }
}

type Tell = (running: Running) => Promise<void>

const places = {
  'on embedded parts': (tell: Tell) => withFolder(async (folder) => tell(await alone({ folder }))),
  'on real parts': (tell: Tell) =>
    withRealParts(async (real) => tell(await alone({ real: { ...real } }))),
  'with every role in its own process': (tell: Tell) =>
    withRealParts(async (real) => {
      const roles = await startRoles(real)
      await tell({ ...roles, stop: async () => [...(await roles.stop()).values()] })
    }),
}

for (const [place, withPlace] of Object.entries(places)) {
  test(`the whole document is true ${place}, and all ends cleanly`, () =>
    withPlace(async (running) => {
      const lines: string[] = []
      const story = createStory((line) => lines.push(line))
      try {
        await tellDocument(story, running)
      } finally {
        if (story.failed > 0) console.error(lines.join('\n'))
        for (const code of await running.stop()) assert.equal(code, 0)
      }
      assert.ok(story.steps >= 18)
    }))
}
