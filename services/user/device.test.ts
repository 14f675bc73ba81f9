// What sessions are called in their owner's list.
import assert from 'node:assert/strict'
import test from 'node:test'
import { deviceOf } from './device.ts'

const APPLE = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15'
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0'

test('a browser and its system are named, whoever else the browser says that it is', () => {
  const cases = {
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`]: 'Chrome, Windows',
    [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 Edg/141.0.0.0`]: 'Edge, Windows',
    [`${APPLE} (KHTML, like Gecko) Version/18.1 Safari/605.1.15`]: 'Safari, macOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/141.0 Safari/604.1':
      'Chrome, iPhone',
    [`Mozilla/5.0 (Linux; Android 15) ${CHROME} Mobile SamsungBrowser/28.0`]:
      'Samsung Internet, Android',
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Whale/4.33 Safari/537.36`]: 'Whale, Linux',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0':
      'Firefox, Linux',
  }
  for (const [userAgent, device] of Object.entries(cases)) assert.equal(deviceOf(userAgent), device)
})

test('any other program is its first word, nothing is nothing, and none is long', () => {
  assert.equal(deviceOf('curl/8.5.0'), 'curl/8.5.0')
  assert.equal(deviceOf(' \u0001sosik/1.0 (something)'), 'sosik/1.0')
  assert.equal(deviceOf(''), '')
  assert.equal(deviceOf('ÿ'), '')
  assert.equal(deviceOf('x'.repeat(10_000)).length, 60)
})
