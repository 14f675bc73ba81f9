// Which process a number stands for: a pid is only ours while its birth is the one we wrote down.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const ZOMBIE_STATES = 'ZX'
const STAT_START_TIME_FIELD = 19

/** A text that no other process with this pid has; undefined when it is gone or a zombie. */
export function birthOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? birthFromProc(pid) : birthFromPs(pid)
}

function birthFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name stands in parentheses and may hold spaces: fields count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (ZOMBIE_STATES.includes(fields[0] ?? '')) return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${fields[STAT_START_TIME_FIELD]}`
  } catch {
    return undefined
  }
}

function birthFromPs(pid: number): string | undefined {
  try {
    const ask = ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)]
    const [state = '', ...born] = execFileSync('ps', ask, { encoding: 'utf8' }).trim().split(/\s+/)
    return ZOMBIE_STATES.includes(state.charAt(0)) ? undefined : born.join(' ')
  } catch {
    return undefined
  }
}
