// A repeated work: when it runs, what stops it, and what it survives.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from 'sosik'
import { createRepeat } from './repeat.ts'

/** A clock with one alarm, which the test rings. */
function alarmClock() {
  let alarm: (() => void) | undefined
  const pausesMs: number[] = []
  const clock: Clock = {
    nowMs: () => 0,
    after(delayMs, call) {
      pausesMs.push(delayMs)
      alarm = call
      return () => {
        alarm = undefined
      }
    },
  }
  const ring = async () => {
    alarm?.()
    await setImmediate()
  }
  return { clock, pausesMs, ring, isSet: () => alarm !== undefined }
}

test('the work runs after each pause, goes on after a failure, and ends with stop', async () => {
  const { clock, pausesMs, ring, isSet } = alarmClock()
  const errors: string[] = []
  let runs = 0
  const repeat = createRepeat({
    clock,
    pauseMs: 100,
    onError: (error) => errors.push(error.message),
    async work() {
      runs += 1
      if (runs === 2) throw new RangeError('second')
    },
  })
  assert.equal(isSet(), false)
  repeat.start()
  assert.equal(runs, 0)
  for (let n = 0; n < 3; n += 1) await ring()
  assert.equal(runs, 3)
  assert.deepEqual(pausesMs, [100, 100, 100, 100])
  assert.deepEqual(errors, ['second'])
  await repeat.stop()
  assert.equal(isSet(), false)
  await ring()
  assert.equal(runs, 3)
})

test('stop waits for the work that is running', async () => {
  const { clock, ring } = alarmClock()
  const running = Promise.withResolvers<void>()
  const work = () => running.promise
  const repeat = createRepeat({ clock, pauseMs: 1, work, onError: assert.ifError })
  repeat.start()
  await ring()
  let stopped = false
  const stopping = repeat.stop().then(() => {
    stopped = true
  })
  await setImmediate()
  assert.equal(stopped, false)
  running.resolve()
  await stopping
})
