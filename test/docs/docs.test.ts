// Docs are true: every link leads somewhere, and the READMEs' lines do what they say.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withFolder } from '../support/parts.ts'
import { freePort, startServerProcess } from '../support/server-process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LINK = /\]\(([^)#]+)(?:#[^)]*)?\)/g
/** The command's two words, and what follows them up to a comment. */
const COMMAND = /npx sosik ([a-z]+ [a-z]+)([^`#\n]*)/g
const run = promisify(execFile)

/** The first fenced block of that language that contains the text. */
async function block(path: string, language: string, containing: string): Promise<string> {
  const text = await readFile(join(ROOT, path), 'utf8')
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))
  const found = [...blocks].map(([, body = '']) => body).find((body) => body.includes(containing))
  assert.ok(found, `${path} has a ${language} block with ${containing}`)
  return found
}

test('every relative link in a page leads to a file', async () => {
  const missing: string[] = []
  const exclude = (name: string) => name.includes('node_modules') || name.includes('.sosik')
  for await (const page of glob('**/*.md', { cwd: ROOT, exclude })) {
    const text = await readFile(join(ROOT, page), 'utf8')
    for (const [, target = ''] of text.matchAll(LINK)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!existsSync(join(ROOT, dirname(page), target))) missing.push(`${page}: ${target}`)
    }
  }
  assert.deepEqual(missing, [])
})

test("the README's lines end with the message on the stream", () =>
  withFolder(async (folder) => {
    const server = await startServerProcess({ port: await freePort(), folder })
    try {
      const lines = await block('README.md', 'sh', 'Junho listens')
      const script = `${lines.replaceAll('http://127.0.0.1:3000', server.url)}\nsleep 2; kill %1`
      const { stdout } = await run('bash', ['-c', script])
      const types = [...stdout.matchAll(/event: (\w+)/g)].map(([, type]) => type)
      // Junho's own welcome is on its way when he begins to listen: before or after.
      const others = types.filter((type) => type !== 'welcome')
      assert.deepEqual(others, ['ready', 'friend_request', 'room_created', 'message'])
      assert.match(stdout, /안녕! 오늘 저녁 어때\?/)
    } finally {
      await server.stop()
    }
  }))

test("the README's calls are answered in Korean, and done once", () =>
  withFolder(async (folder) => {
    const server = await startServerProcess({ port: await freePort(), folder })
    try {
      const people = await block('README.md', 'sh', 'Junho listens')
      const calls = await block('README.md', 'sh', 'idempotency-key')
      const script = `${people}\nkill %1\necho; echo calls\n${calls}`
      const here = script.replaceAll('http://127.0.0.1:3000', server.url)
      const { stdout } = await run('bash', ['-c', here])
      const [problem = '', ...rooms] = stdout.split('\ncalls\n')[1]?.trim().split('\n') ?? []
      assert.equal(JSON.parse(problem).title, '로그인이 필요합니다.')
      assert.deepEqual(rooms, ['2', '2'])
    } finally {
      await server.stop()
    }
  }))

test("the toolkit's snippets are pieces of the example, which its own test runs", async () => {
  const text = await readFile(join(ROOT, 'toolkit/README.md'), 'utf8')
  const blocks = [...text.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, text.split('```ts').length - 1, 'each names its file')
  assert.ok(blocks.length > 0)
  for (const [, file = '', piece = ''] of blocks) {
    const source = await readFile(join(ROOT, file), 'utf8')
    assert.ok(source.includes(piece), `${file} has\n${piece}`)
  }
})

test('every `sosik` command in a page exists, with its options', async () => {
  const helps = new Map<string, Promise<string>>()
  function helpOf(words: string): Promise<string> {
    const program = join(ROOT, 'cli/src/main.ts')
    const help =
      helps.get(words) ??
      run(process.execPath, [program, ...words.split(' '), '--help']).then((one) => one.stdout)
    helps.set(words, help)
    return help
  }
  const exclude = (name: string) => name.includes('node_modules') || name.includes('.sosik')
  const missing: string[] = []
  for await (const page of glob('**/*.md', { cwd: ROOT, exclude })) {
    const text = await readFile(join(ROOT, page), 'utf8')
    for (const [line, words = '', rest = ''] of text.matchAll(COMMAND)) {
      const help = await helpOf(words)
      const options = rest.match(/ --[a-z][a-z-]+/g) ?? []
      const isKnown = help.startsWith(`Usage: sosik ${words} [`)
      if (!isKnown || !options.every((one) => help.includes(one))) missing.push(`${page}: ${line}`)
    }
  }
  assert.deepEqual(missing, [])
  assert.ok(helps.has('dlq redrive'))
})

test("the toolkit's settings are what its page says", async () => {
  const text = await readFile(join(ROOT, 'toolkit/README.md'), 'utf8')
  const told = [...text.matchAll(/\[`(\w+ = [\d_]+)`\]\((\S+)\)/g)]
  assert.ok(told.length > 0)
  for (const [, setting = '', file = ''] of told) {
    const source = await readFile(join(ROOT, 'toolkit', file), 'utf8')
    assert.match(source, new RegExp(`\\b${setting}\\b`), `${file} has ${setting}`)
  }
})
