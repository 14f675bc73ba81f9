// `npm run bench:room`: a thousand members of one room on real parts, beside direct rooms.
import { MEMBERS_MAX } from '@sosik/contract/chat'
import { commandOptions } from '../../test/support/command-options.ts'
import { quantile } from '../figures.ts'
import { costsOf, OURSELVES, type Part } from '../path/costs.ts'
import { createArrivals, measure, type Measured } from '../path/latency.ts'
import { type RealPlace, withRealPlace } from '../path/places.ts'
import { hostOf, openStage } from '../path/stage.ts'
import { type Crowd, gatherCrowd, type Talk } from './crowd.ts'

const { rounds, seconds, members, speed } = commandOptions({
  name: 'bench:room',
  does: 'A thousand members of one room on real parts, beside direct rooms.',
  numbers: {
    rounds: [3, 'how often each way is measured'],
    seconds: [20, 'how long each time'],
    members: [1_000, 'of the room'],
    speed: [1, 'messages a second in the room'],
  },
})

const GATEWAYS = 2
const PAIRS = 20
const DIRECT_PER_SECOND = 20
const MS_PER_SECOND = 1_000
const WARM_UP_SECONDS = 5
/** The last member of a room of a thousand, where it has one line. */
const BAR_P95_MS = 300
/** More than a thousand people register from one address. */
const ENVIRONMENT = { RATE_LIMIT_FACTOR: '4' }

interface Phase {
  readonly name: string
  /** The room that is talked in; none for direct rooms alone. */
  readonly roomId: number | undefined
  readonly barP95Ms: number
  readonly direct: Measured[]
  readonly talks: Talk[]
  /** Processor time of all parts but this process, and of this one. */
  cpuMs: number
  ownCpuMs: number
}

const phaseOf = (name: string, roomId?: number, barP95Ms = Number.POSITIVE_INFINITY): Phase => {
  return { name, roomId, barP95Ms, direct: [], talks: [], cpuMs: 0, ownCpuMs: 0 }
}

await withRealPlace(play, { gateways: GATEWAYS, environment: ENVIRONMENT })

async function play(place: RealPlace): Promise<void> {
  const { api, gateway, gateways, parts } = place
  const arrivals = createArrivals()
  const stage = await openStage(api, gateway, arrivals.heard, PAIRS)
  const crowd = await gatherCrowd(hostOf(api), gateways, members)
  try {
    const large = await crowd.open(hostOf(api))
    // One that takes the same room for a small one: each member is told in a line of their own.
    const other = await place.start(['api'], { LARGE_ROOM_MEMBERS: String(MEMBERS_MAX) })
    const byMember = await crowd.open(hostOf(other))
    await other.stop()
    const phases = [
      phaseOf('direct rooms alone'),
      phaseOf('and a room of one line', large, BAR_P95_MS),
      phaseOf('and a line a member', byMember),
    ]
    for (const { roomId } of phases) {
      if (roomId !== undefined) await talk(crowd, roomId, WARM_UP_SECONDS)
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const phase of phases) {
        const before = cpuOf(parts)
        const [direct, talked] = await Promise.all([
          measure(stage, arrivals, DIRECT_PER_SECOND, seconds),
          phase.roomId === undefined ? undefined : talk(crowd, phase.roomId, seconds),
        ])
        const after = cpuOf(parts)
        phase.direct.push(direct)
        if (talked !== undefined) phase.talks.push(talked)
        phase.cpuMs += after.theirs - before.theirs
        phase.ownCpuMs += after.ours - before.ours
        console.error(`round ${round + 1} of ${rounds}: ${phase.name}`)
      }
    }
    tell(phases)
  } finally {
    crowd.close()
    stage.close()
  }
}

function talk(crowd: Crowd, roomId: number, forSeconds: number): Promise<Talk> {
  return crowd.talk(roomId, MS_PER_SECOND / speed, forSeconds * speed)
}

function cpuOf(parts: readonly Part[]): { readonly theirs: number; readonly ours: number } {
  const costs = costsOf(parts)
  const sumOf = (isOurs: boolean) =>
    costs.reduce((sum, { cpuMs }, at) => {
      return (parts[at] === OURSELVES) === isOurs ? sum + cpuMs : sum
    }, 0)
  return { theirs: sumOf(false), ours: sumOf(true) }
}

function tell(phases: readonly Phase[]): void {
  const [alone] = phases
  console.log(
    `\n${members} members on ${GATEWAYS} gateways, ${rounds} rounds of ${seconds} s; ` +
      `direct rooms at ${DIRECT_PER_SECOND}/s, the room at ${speed}/s`,
  )
  const lines = phases.map((phase) => tellPhase(phase, alone ?? phase))
  console.log(`bench:room: ${lines.join('; ')}`)
}

function tellPhase(phase: Phase, alone: Phase): string {
  const direct = phase.direct.flatMap((one) => [...one.streamMs])
  const lost = [...phase.direct, ...phase.talks].reduce((sum, one) => sum + one.lost, 0)
  if (lost > 0) process.exitCode = 1
  const directText = `direct p50 ${ms(quantile(direct, 0.5))} p99 ${ms(quantile(direct, 0.99))}`
  const cores = (phase.cpuMs / (rounds * seconds * MS_PER_SECOND)).toFixed(2)
  const ownCores = (phase.ownCpuMs / (rounds * seconds * MS_PER_SECOND)).toFixed(2)
  console.log(`${phase.name}: ${directText}; ${cores} cores, the bench ${ownCores}; ${lost} lost`)
  const messages = phase.talks.flatMap((one) => [...one.heardMs])
  if (messages.length === 0) return `${phase.name} ${directText}`
  const last = messages.map((times) => times.at(-1) ?? Number.POSITIVE_INFINITY)
  const all = messages.flat()
  const perMemberUs = ((phase.cpuMs - alone.cpuMs) * 1_000) / (messages.length * members)
  const p95 = quantile(last, 0.95)
  if (p95 > phase.barP95Ms) process.exitCode = 1
  const lastText = `last member p50 ${ms(quantile(last, 0.5))} p95 ${ms(p95)}`
  console.log(
    `  ${lastText}, p99 ${ms(quantile(last, 0.99))}; any member p50 ${ms(quantile(all, 0.5))}, ` +
      `p99 ${ms(quantile(all, 0.99))}; ${perMemberUs.toFixed(0)} µs of processor a member`,
  )
  return (
    `${phase.name} ${directText}, ${lastText} p99 ${ms(quantile(last, 0.99))}, ` +
    `${perMemberUs.toFixed(0)} µs of processor a member`
  )
}

function ms(duration: number): string {
  return `${duration.toFixed(0)} ms`
}
