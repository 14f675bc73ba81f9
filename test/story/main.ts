// `npm run story`: tells the document to a server, step by step.
import { commandOptions } from '../support/command-options.ts'
import { withFolder, withRealParts } from '../support/parts.ts'
import { startRoles } from '../support/roles.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'
import { tellDocument, type Told } from './document.ts'
import { createStory } from './steps.ts'

const options = commandOptions({
  name: 'story',
  does: 'Tells the document to a server on embedded parts, step by step.',
  flags: {
    real: 'on Apache Kafka, PostgreSQL and Redis',
    roles: 'with --real: every role in processes of its own',
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
  if (options.roles && !options.real)
    throw new Error('--roles needs --real: several processes share real parts.')
  if (options.roles) await withRealParts((real) => tell(startRoles(real)))
  else if (options.real) await withRealParts((real) => tell(server({ real: { ...real } })))
  else await withFolder((folder) => tell(server({ folder })))
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
console.log(story.summary())
