// A block of ports is free, is kept by its cluster, and is never given out twice at once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { claimPorts, isFree, type Ports, portsFrom } from './ports.ts'

function allOf(ports: Ports): number[] {
  return [...ports.brokers, ...ports.controllers, ports.postgres, ports.redis]
}

test('a block has eight different ports for three nodes, and four for one', () => {
  assert.equal(new Set(allOf(portsFrom(20_000, 3))).size, 8)
  assert.equal(new Set(allOf(portsFrom(20_000, 1))).size, 4)
})

test('claimed ports are free and lie below those of outgoing connections', async () => {
  const claim = await claimPorts(3)
  for (const port of allOf(claim.ports)) {
    assert.ok(port >= 20_000 && port < 32_768, String(port))
    assert.equal(await isFree(port), true)
  }
  claim.release()
})

test('starters at the same time get different blocks', async () => {
  const claims = await Promise.all(Array.from({ length: 20 }, () => claimPorts(3)))
  const ports = claims.flatMap((claim) => allOf(claim.ports))
  assert.equal(new Set(ports).size, ports.length)
  for (const claim of claims) claim.release()
})

test('a second start takes the ports of the first', async () => {
  const first = await claimPorts(3)
  first.release()
  const second = await claimPorts(3, first.ports)
  assert.deepEqual(second.ports, first.ports)
  second.release()
})

test('a start whose port was taken meanwhile moves to another block', async () => {
  const first = await claimPorts(1)
  first.release()
  const intruder = createServer().listen(first.ports.postgres, '127.0.0.1')
  await once(intruder, 'listening')
  const second = await claimPorts(1, first.ports)
  assert.notEqual(second.ports.postgres, first.ports.postgres)
  second.release()
  intruder.close()
})
