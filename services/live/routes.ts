// The stream as HTTP: one long answer of server-sent events.
import type { ServerResponse } from 'node:http'
import type { FrameSink } from './stream.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  connection: 'keep-alive',
  // A proxy that gathers an answer before it passes it on would hold every event back.
  'x-accel-buffering': 'no',
}

/** Sends the head of the answer and hands over its body as a sink. */
export function streamSink(response: ServerResponse): FrameSink {
  response.writeHead(200, HEADERS)
  response.flushHeaders()
  return {
    write: (text) => {
      response.write(text)
    },
    queuedBytes: () => response.writableLength,
    end: () => response.end(),
  }
}
