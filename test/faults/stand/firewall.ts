// Packets that get lost: rules on loopback ports of this run, in a chain of the run's own.
import { execFileSync } from 'node:child_process'

const CHAIN_PREFIX = 'SOSIK-'
/** So long iptables waits for another process that changes rules. */
const LOCK_SECONDS = '5'

/** Which packets a rule drops: those to the port, or those from it. */
export interface PacketRule {
  readonly direction: 'to' | 'from'
  readonly port: number
  /** 1 drops them all. */
  readonly probability: number
}

export interface Firewall {
  /** Answers the function that takes the rule away. */
  drop(rule: PacketRule): () => void
  /** Takes all of this run's rules away; nothing happens when there are none. */
  close(): void
}

export const chainName = (): string => `${CHAIN_PREFIX}${process.pid}`

/** Throws a sentence that helps where iptables is missing or refuses. */
export function openFirewall(chain: string): Firewall {
  requireIptables()
  removeChain(chain)
  iptables('--new-chain', chain)
  iptables('--insert', 'INPUT', '--in-interface', 'lo', '--jump', chain)
  return {
    drop(rule) {
      const words = [chain, ...wordsOf(rule)]
      iptables('--append', ...words)
      let isThere = true
      return () => {
        if (isThere) iptables('--delete', ...words)
        isThere = false
      }
    },
    close: () => removeChain(chain),
  }
}

export function removeChain(chain: string): void {
  if (!exists(chain)) return
  for (let more = true; more; ) {
    more = succeeds('--delete', 'INPUT', '--in-interface', 'lo', '--jump', chain)
  }
  iptables('--flush', chain)
  iptables('--delete-chain', chain)
}

function wordsOf({ direction, port, probability }: PacketRule): string[] {
  const side = direction === 'to' ? '--dport' : '--sport'
  const chance =
    probability === 1
      ? []
      : ['-m', 'statistic', '--mode', 'random', '--probability', String(probability)]
  return ['--protocol', 'tcp', side, String(port), ...chance, '--jump', 'DROP']
}

function requireIptables(): void {
  try {
    iptables('--list', 'INPUT')
  } catch (cause) {
    throw new Error('No iptables: run as root after `apt-get install iptables`.', { cause })
  }
}

const exists = (chain: string): boolean => succeeds('--list', chain)

function succeeds(...words: string[]): boolean {
  try {
    iptables(...words)
    return true
  } catch {
    return false
  }
}

function iptables(...words: string[]): void {
  execFileSync('iptables', ['--wait', LOCK_SECONDS, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
