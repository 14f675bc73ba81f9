// Which failures are tried again, and how long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthenticationError, MultipleErrors, NetworkError } from '@platformatic/kafka'
import { systemClock } from '../clock.ts'
import { LogRefusedError, StaleMemberError, TimeoutError } from '../errors.ts'
import { brokerError, CODE, codeOf, isRetriable, retrying, retryDelayMs } from './faults.ts'

const broken = new NetworkError('Connection closed')
const part = { clock: systemClock, signal: new AbortController().signal }

test('a leader that moved and a broken connection are worth another try', () => {
  assert(isRetriable(brokerError(CODE.LEADER_NOT_AVAILABLE)))
  assert(isRetriable(broken))
  assert(isRetriable(new MultipleErrors('Cannot connect.', [broken, broken])))
  assert(isRetriable(new TimeoutError('No answer.')))
})

test('a login that failed because its connection broke is worth another try', () => {
  const login = new AuthenticationError('Cannot find a mechanism.', { cause: broken })
  assert(isRetriable(new NetworkError('Connection failed.', { cause: login })))
})

test('missing rights and a wrong password are not', () => {
  const login = new AuthenticationError('SASL authentication failed.')
  const failed = new NetworkError('Connection failed.', { cause: login })
  assert(!isRetriable(failed))
  assert(!isRetriable(new MultipleErrors('Cannot connect.', [broken, failed])))
  assert(!isRetriable(brokerError(CODE.TOPIC_AUTHORIZATION_FAILED)))
  assert(!isRetriable(new StaleMemberError('')))
})

test('a code that the client does not know is an error all the same', () => {
  const error = brokerError(999, 'what the broker says')
  assert.match(error.message, /999.*what the broker says/)
  assert.equal(codeOf(error), undefined)
  assert.equal(codeOf(brokerError(CODE.NOT_COORDINATOR)), CODE.NOT_COORDINATOR)
})

test('the pause before another try grows to a second and never ends at once', () => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const delayMs = retryDelayMs(attempt)
    assert(delayMs >= 50 && delayMs <= 1000, `${delayMs} ms`)
  }
})

test('retrying gives the first answer, and says in the end why there was none', async () => {
  let calls = 0
  const answer = await retrying(part, 'It', 1000, () => {
    calls += 1
    return calls < 3 ? Promise.reject(broken) : Promise.resolve(calls)
  })
  assert.equal(answer, 3)
  const fail = (error: Error) => retrying(part, 'It', 0, () => Promise.reject(error))
  await assert.rejects(fail(broken), { name: TimeoutError.name, cause: broken })
  const refused = brokerError(CODE.POLICY_VIOLATION)
  await assert.rejects(fail(refused), { name: LogRefusedError.name, cause: refused })
  const stale = new StaleMemberError('')
  await assert.rejects(fail(stale), stale)
})
