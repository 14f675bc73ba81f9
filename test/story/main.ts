// `npm run story`: tells the document to a server on embedded parts, with --real on real ones, and
// with --real --roles to every role in processes of its own.
import { parseArgs } from 'node:util'
import { withFolder, withRealParts } from '../support/parts.ts'
import { startRoles } from '../support/roles.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { tellDocument, type Told } from './document.ts'
import { createStory } from './steps.ts'

const { values } = parseArgs({
  options: {
    real: { type: 'boolean', default: false },
    roles: { type: 'boolean', default: false },
  },
})
const story = createStory(console.log)

async function tell(starting: Promise<Told & { stop(): Promise<unknown> }>): Promise<void> {
  const told = await starting
  try {
    await tellDocument(story, told)
  } finally {
    await told.stop()
  }
}

const server = async (parts: { folder: string } | { real: Record<string, string> }) =>
  startServerProcess({ port: await freePort(), ...parts })

try {
  if (values.roles && !values.real)
    throw new Error('--roles needs --real: several processes share real parts.')
  if (values.roles) await withRealParts((real) => tell(startRoles(real)))
  else if (values.real) await withRealParts((real) => tell(server({ real: { ...real } })))
  else await withFolder((folder) => tell(server({ folder })))
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
console.log(story.summary())
