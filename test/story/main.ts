// `npm run story`: tells the document to a server on embedded parts, or with --real on real ones.
import { parseArgs } from 'node:util'
import { withFolder, withRealParts } from '../support/parts.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { tellDocument } from './document.ts'
import { createStory } from './steps.ts'

const { values } = parseArgs({ options: { real: { type: 'boolean', default: false } } })
const story = createStory(console.log)
const port = await freePort()

async function tell(parts: { folder: string } | { real: Record<string, string> }): Promise<void> {
  const server = await startServerProcess({ port, ...parts })
  try {
    await tellDocument(story, server.url)
  } finally {
    await server.stop()
  }
}

try {
  if (values.real) await withRealParts((real) => tell({ real }))
  else await withFolder((folder) => tell({ folder }))
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
console.log(story.summary())
