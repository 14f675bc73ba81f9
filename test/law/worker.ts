// A thread that plays rounds of the law in a world of its own.
import { parentPort } from 'node:worker_threads'
import { embeddedWorld } from './embedded-world.ts'
import { play, type Playing } from './play.ts'

const world = await embeddedWorld()
parentPort?.on('message', (playing: Playing) => {
  // A rejection ends the thread, and with it the run: it is a flaw of the law's own.
  void play(world, playing).then((played) => parentPort?.postMessage(played))
})
