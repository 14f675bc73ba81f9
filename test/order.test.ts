// Who may import whom, and where an outside library enters: the house's drawing as data.
import test from 'node:test'
import { noFaults } from './house/faults.ts'
import { IMPORTS, type Import, isTestCode } from './house/imports.ts'
import { read, SOURCES, workspaceOf } from './house/tree.ts'

/** `mayImport` names the rooms on the left of the arrow; `because` says why there are no others. */
const ROOMS: Readonly<Record<string, { mayImport: readonly string[]; because: string }>> = {
  toolkit: { mayImport: [], because: 'it knows no messenger and is published alone' },
  contract: { mayImport: ['toolkit'], because: 'it is words, and everybody speaks them' },
  services: {
    mayImport: ['toolkit', 'contract'],
    because: 'the server wires services, not they it',
  },
  server: {
    mayImport: ['toolkit', 'contract', 'services'],
    because: 'faces speak to it over HTTP',
  },
  client: { mayImport: ['toolkit', 'contract'], because: 'it knows of us what the contract says' },
  web: { mayImport: ['contract', 'client'], because: 'a browser carries it' },
  cli: { mayImport: ['toolkit', 'contract', 'client'], because: 'it works on any catalogue' },
  console: {
    mayImport: ['toolkit', 'contract', 'client'],
    because: 'it speaks to the server over HTTP, and knows no service from inside',
  },
  examples: {
    mayImport: ['toolkit', 'contract', 'client'],
    because: 'they show what others build on, and know no service from inside',
  },
}
/** They look at the whole house from outside. */
const OUTSIDE = ['test', 'bench', 'sosik.config.ts']

/** The rooms that a browser carries, and what they may use of the toolkit. */
const BROWSER = /^(contract|client|web|console)\//
const BROWSER_DOOR = 'sosik/catalogue'

/** Files and folders by which an outside library enters; tests may use any that is entered. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  '@electric-sql/pglite': ['toolkit/src/postgres/'],
  '@fastify/cookie': ['server/src/http/'],
  '@platformatic/kafka': ['toolkit/src/kafka/', 'bench/'],
  'axe-core': [],
  aws4fetch: ['services/files/s3-store.ts'],
  'close-with-grace': ['server/src/main.ts'],
  '@redis/client': ['services/redis.ts'],
  commander: ['cli/src/'],
  'eventsource-parser': ['client/src/events.ts'],
  'fast-check': [],
  fastify: ['server/src/'],
  'node:sqlite': ['toolkit/src/embedded/', 'cli/src/cluster/lock.ts'],
  'playwright-core': [],
  pg: ['toolkit/src/postgres/', 'cli/src/cluster/'],
  picocolors: ['cli/src/'],
  pino: ['server/src/'],
  'prom-client': ['server/src/metrics/'],
  preact: ['web/src/', 'console/src/'],
  rolldown: ['server/src/faces/bundle.ts'],
  typebox: ['toolkit/src/', 'contract/src/', 'services/', 'server/src/http/', 'bench/'],
  uuidv7: ['toolkit/src/', 'server/src/', 'bench/'],
}

const ENVIRONMENT_READERS = [
  'server/src/config.ts',
  'cli/src/config.ts',
  // Its text runs in another process, which prints what it was given.
  'cli/src/cluster/environment.test.ts',
  'toolkit/src/testing/real.ts',
  'examples/',
  'test/',
  'bench/',
]

const roomOf = (file: string) => file.split('/')[0] ?? ''
const isUnder = (file: string, places: readonly string[]) =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place))

test('rooms import only from the left', () => {
  const strangers = SOURCES.map(roomOf)
    .filter((room) => !(room in ROOMS) && !OUTSIDE.includes(room))
    .map((room) => `${room}/ has no place in the drawing: give it one in ROOMS`)
  const wrongWay = IMPORTS.flatMap(({ file, target }) => {
    const [from, to] = [roomOf(file), target && roomOf(target)]
    const room = ROOMS[from]
    if (!room || !to || to === from || room.mayImport.includes(to)) return []
    const left = room.mayImport.join(', ') || 'nothing of ours'
    return `${file} → ${target}: ${from} may import ${left}; ${room.because}`
  })
  noFaults([...strangers, ...wrongWay])
})

test('inside services no folder imports another', () => {
  const folderOf = (file: string) => /^services\/(\w+)\//.exec(file)?.[1]
  noFaults(
    IMPORTS.filter(({ file, target = '' }) => {
      const to = folderOf(target)
      return roomOf(file) === 'services' && to !== undefined && to !== folderOf(file)
    }).map(({ file, target }) => `${file} → ${target}: services meet in the contract, by events`),
  )
})

test('a browser can carry contract, client and the chat client', () => {
  const theirs = IMPORTS.filter(({ file }) => BROWSER.test(file) && !isTestCode(file))
  const otherDoors = theirs
    .filter(({ from, specifier }) => from === 'sosik' && specifier !== BROWSER_DOOR)
    .map(({ file, specifier }) => `${file} → ${specifier}: of the toolkit only ${BROWSER_DOOR}`)
  const loaded = new Set(theirs.map(({ file }) => file))
  for (const file of loaded) for (const { target } of loads(file)) if (target) loaded.add(target)
  const missing = [...loaded]
    .flatMap(loads)
    .filter(({ from }) => from?.startsWith('node:'))
    .map(({ file, from }) => `${file} → ${from}: a browser that loads it has no ${from}`)
  noFaults([...otherDoors, ...missing])
})

test('each outside library enters by its door', () => {
  const outside = IMPORTS.filter(({ from, target }) => from !== undefined && !target)
  const passedBy = outside.flatMap(({ file, from = '' }) => {
    const doors = LIBRARIES[from]
    if (!doors)
      return from.startsWith('node:') ? [] : `${file} → ${from}: give it a door in LIBRARIES`
    if (isTestCode(file) || isUnder(file, doors)) return []
    return `${file} → ${from}: enters by ${doors.join(', ') || 'tests'} only, to be replaceable`
  })
  const used = new Set(outside.map(({ from }) => from))
  const unused = Object.keys(LIBRARIES)
    .filter((library) => !used.has(library))
    .map((library) => `nobody imports ${library}: take it out of LIBRARIES and package.json`)
  noFaults([...passedBy, ...unused])
})

test('every imported package is declared where it is imported', () => {
  const root = workspaceOf('package.json').manifest
  noFaults(
    IMPORTS.flatMap(({ file, from }) => {
      if (from === undefined || from.startsWith('node:')) return []
      const { folder, manifest } = workspaceOf(file)
      const declared = { ...manifest.dependencies, ...manifest.devDependencies }
      if (from in declared || from === manifest.name) return []
      if (isTestCode(file) && from in (root.devDependencies ?? {})) return []
      return `${file} → ${from}: not declared in ${folder && `${folder}/`}package.json`
    }),
  )
})

test('no relative import leaves its workspace', () => {
  noFaults(
    IMPORTS.filter(({ from, file, target }) => {
      return from === undefined && target && workspaceOf(target) !== workspaceOf(file)
    }).map(({ file, target }) => `${file} → ${target}: import it by the package's name`),
  )
})

test('the environment is read in few places', () => {
  noFaults(
    SOURCES.filter((file) => read(file).includes('process.env'))
      .filter((file) => !isUnder(file, ENVIRONMENT_READERS))
      .map((file) => `${file} reads process.env: a config.ts does, once and checked whole`),
  )
})

/** What Node or a browser loads with a file: types are gone by then. */
function loads(file: string): Import[] {
  return IMPORTS.filter((one) => one.file === file && !one.isType)
}
