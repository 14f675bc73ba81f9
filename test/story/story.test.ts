// The document as a story, on embedded parts and on Kafka, PostgreSQL and Redis.
import assert from 'node:assert/strict'
import test from 'node:test'
import { withFolder, withRealParts } from '../support/parts.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { tellDocument } from './document.ts'
import { createStory } from './steps.ts'

const parts = {
  embedded: (tell: (given: object) => Promise<void>) => withFolder((folder) => tell({ folder })),
  real: (tell: (given: object) => Promise<void>) => withRealParts((real) => tell({ real })),
}

for (const [name, withParts] of Object.entries(parts)) {
  test(`the whole document is true on ${name} parts, and the server stops cleanly`, () =>
    withParts(async (given) => {
      const lines: string[] = []
      const story = createStory((line) => lines.push(line))
      const server = await startServerProcess({ port: await freePort(), ...given })
      try {
        await tellDocument(story, server.url)
      } finally {
        if (story.failed > 0) console.error(lines.join('\n'))
        assert.equal(await server.stop(), 0)
      }
      assert.ok(story.steps >= 18)
    }))
}
