// The stream as HTTP: one long answer of server-sent events.
import type { ServerResponse } from 'node:http'
import type { FrameSink } from './stream.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that gathers an answer before it passes it on would hold every event back.
  'x-accel-buffering': 'no',
}

/** A reader that has not taken the last frames by then does without. */
const END_MS_MAX = 5_000

/** Sends the head of the answer and hands over its body as a sink. */
export function streamSink(response: ServerResponse): FrameSink {
  let frames = 0
  let takenMs = 0
  const waiting: (() => void)[] = []
  const drained = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  response.once('close', drained)
  // A frame that comes after the reader has gone: without a listener the whole process would end.
  response.on('error', drained)
  response.writeHead(200, HEADERS)
  response.flushHeaders()
  return {
    write(text) {
      if (frames === 0) takenMs = Date.now()
      frames += 1
      response.write(text, () => {
        frames -= 1
        takenMs = Date.now()
        if (frames === 0) drained()
      })
    },
    unread: () => ({
      frames,
      bytes: response.writableLength,
      sinceMs: frames === 0 ? undefined : takenMs,
    }),
    drained: () =>
      new Promise((resolve) => {
        if (frames === 0 || response.closed) resolve()
        else waiting.push(resolve)
      }),
    end() {
      if (response.closed) return
      const late = setTimeout(() => response.destroy(), END_MS_MAX)
      response.once('close', () => clearTimeout(late))
      response.end()
    },
    cut: () => void response.destroy(),
  }
}
