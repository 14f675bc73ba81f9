// 35: what is installed is what the lockfile says, runs nothing by itself, and may be used.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { noFaults } from '../house/faults.ts'
import { ROOT, WORKSPACES } from '../house/tree.ts'

const run = promisify(execFile)

/** One package as `package-lock.json` writes it; paths of node_modules are keys. */
interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly resolved?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
}

/** They ask for their text to be kept, and for nothing of ours. */
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']
/** What only our own tests run, and nothing of ours carries: its terms bind who passes it on. */
const LICENSES_OF_TESTS = [...LICENSES, 'MPL-2.0']
const REGISTRY = 'https://registry.npmjs.org/'
/** Without what is for development; another one has a reason in docs/decisions. */
const DIRECT_MAX = 18
const RUNTIME_MAX = 100
const SBOM_BYTES_MAX = 64 * 1_048_576

const readJson = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
const lock: { readonly packages: Readonly<Record<string, Locked>> } = readJson('package-lock.json')
const foreign = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
)
type Entry = readonly [path: string, one: Locked]
/** Not what a package carries along for tests of its own. */
const INSTALLED = /^(\w+\/)?(node_modules\/(@[^/]+\/)?[^/@]+(\/(?=node_modules\/)|$))+$/
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)
const idOf = ([path, { version }]: Entry) => `${nameOf(path)}@${version}`

test('35 the lockfile fixes every package by a hash, and names no place but the registry', () => {
  assert.ok(foreign.length > 0)
  const isFixed = ({ integrity, resolved = REGISTRY }: Locked) =>
    integrity?.startsWith('sha512-') && resolved.startsWith(REGISTRY)
  noFaults(foreign.filter(([, one]) => !isFixed(one)).map(idOf))
})

test('35 no package runs a script when it is installed, and npm takes none that is new', () => {
  noFaults(foreign.filter(([, one]) => one.hasInstallScript).map(idOf))
  const told = readFileSync(join(ROOT, '.npmrc'), 'utf8')
  assert.match(told, /^ignore-scripts=true$/m)
  assert.match(told, /^min-release-age=7$/m)
})

test('35 what is installed is what the lockfile says, and the SBOM lists all of it', async () => {
  const installed = globSync('**/node_modules/{*,@*/*}/package.json', { cwd: ROOT })
    .map((file) => file.slice(0, -'/package.json'.length))
    .filter((path) => INSTALLED.test(path) && lock.packages[path]?.link !== true)
    .map((path) => [path, readJson(`${path}/package.json`) as Locked] as const)
  const isLocked = ([path, { version }]: Entry) => lock.packages[path]?.version === version
  noFaults(installed.filter((one) => !isLocked(one)).map((one) => `${idOf(one)} is not locked`))
  const found = new Set(installed.map(([path]) => path))
  const missing = foreign.filter(([path, { optional }]) => optional !== true && !found.has(path))
  noFaults(missing.map((one) => `${idOf(one)} is not installed`))
  const words = ['sbom', '--sbom-format', 'cyclonedx']
  const { stdout } = await run('npm', words, { cwd: ROOT, maxBuffer: SBOM_BYTES_MAX })
  const { components } = JSON.parse(stdout) as { components: { purl: string }[] }
  const listed = components.map(({ purl }) => decodeURIComponent(purl.slice('pkg:npm/'.length)))
  const own = WORKSPACES.map(({ manifest: { name, version = '' } }) => `${name}@${version}`)
  const others = new Set(listed.filter((id) => !own.includes(id)))
  assert.deepEqual([...others].sort(), [...new Set(installed.map(idOf))].sort())
})

test('35 dependencies are exact and few, and their licences ask for nothing of ours', () => {
  const manifests = WORKSPACES.map(({ manifest }) => manifest)
  const own = new Set(manifests.map(({ name }) => name))
  const asked = manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies }),
  )
  noFaults(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)).map(String))
  const direct = manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies))
  const others = new Set(direct.filter((name) => !own.has(name)))
  assert.ok(others.size <= DIRECT_MAX, `${others.size} packages are asked for`)
  const runtime = foreign.filter(([, one]) => !one.dev && !one.optional)
  assert.ok(runtime.length <= RUNTIME_MAX, `${runtime.length} packages come with them`)
  const isFree = ({ license = '', dev = false }: Locked) =>
    license.split(' OR ').some((one) => (dev ? LICENSES_OF_TESTS : LICENSES).includes(one))
  noFaults(
    foreign.filter(([, one]) => !isFree(one)).map((one) => `${idOf(one)}: ${one[1].license}`),
  )
})
