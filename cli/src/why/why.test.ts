// `sosik why` beside a server that answers: what is printed, and what is said to mistakes.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after, before } from 'node:test'

const MAIN = new URL('../main.ts', import.meta.url).pathname
const TOKEN = 'operator-token-of-tests'
const ESCAPE = String.fromCharCode(27)

const stage = (name: string, state: string, facts: object = {}) => {
  return { stage: name, state, code: `${name}_${state}`, en: `${name} en`, ko: `${name} ko`, facts }
}

let server: Server
let url: string
let asked: { url: string | undefined; authorization: string | undefined } | undefined
let state = 'waiting'

before(async () => {
  server = createServer((request, response) => {
    asked = { url: request.url, authorization: request.headers.authorization }
    const stages = [
      stage('message', 'passed', { seq: 4, note: `a${ESCAPE}[31m` }),
      stage('outbox', state),
      stage('log', 'not_reached'),
    ]
    const verdict = { code: 'outbox', en: 'It waits.', ko: '기다립니다.' }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ message_id: 'm1', user_id: 2, verdict, stages }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

function why(args: readonly string[], environment: object = { OPERATOR_TOKEN: TOKEN }) {
  const env = { ...environment, NO_COLOR: '1' }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, 'why', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

test('each place is a line, in the language that is asked for', async () => {
  state = 'waiting'
  const { code, stdout } = await why(['m1', '2', '--url', url, '--language', 'ko'])
  assert.deepEqual(asked, {
    url: '/ops/trace?message_id=m1&user_id=2',
    authorization: `Bearer ${TOKEN}`,
  })
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    '✔ message  message ko  seq=4 note=a [31m',
    '… outbox   outbox ko',
    '· log      log ko',
    '기다립니다.',
  ])
  assert.equal(code, 0)
})

test('one that has stopped ends with 1, and JSON is what the server said', async () => {
  state = 'stopped'
  const { code, stdout } = await why(['m1', '2', '--url', url, '--json'])
  assert.equal(code, 1)
  assert.equal(JSON.parse(stdout).stages[1].state, 'stopped')
})

test('mistakes are told in a sentence', async () => {
  assert.match((await why(['m1', '2', '--url', url], {})).stderr, /set OPERATOR_TOKEN/)
  assert.match((await why(['m1', 'mina'])).stderr, /whole number from 1 on/)
  const nobody = await why(['m1', '2', '--url', 'http://127.0.0.1:9'])
  assert.match(nobody.stderr, /Nobody answers at http:\/\/127\.0\.0\.1:9\./)
})
