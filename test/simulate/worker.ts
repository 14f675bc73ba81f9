// A thread that runs the ranges of seeds that it is sent.
import { parentPort } from 'node:worker_threads'
import { type Range, runBatch } from './batch.ts'

// Thousands of errors are part of the play; nobody reads where they were made.
Error.stackTraceLimit = 0

parentPort?.on('message', (range: Range) => {
  void runBatch(range).then((batch) => parentPort?.postMessage(batch))
})
