// Login and encryption from environment variables: the same names for every program.
import { readFileSync } from 'node:fs'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { KafkaOptions, KafkaSasl } from './options.ts'

export type KafkaSecurity = Pick<KafkaOptions, 'sasl' | 'tls'>

/** What a usage text says of the variables. */
export const KAFKA_SECURITY_USAGE = `
  KAFKA_SASL_MECHANISM       PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, with
  KAFKA_USERNAME, KAFKA_PASSWORD
  KAFKA_TLS                  true encrypts; trusts the system's authorities, or the one in
  KAFKA_TLS_CA_FILE          (PEM), and shows who it is with
  KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE`.slice(1)

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const TLS_FILES = {
  ca: 'KAFKA_TLS_CA_FILE',
  cert: 'KAFKA_TLS_CERT_FILE',
  key: 'KAFKA_TLS_KEY_FILE',
} as const
const SWITCH: Readonly<Record<string, boolean>> = { '': false, false: false, true: true }

type Environment = Readonly<Record<string, string | undefined>>

/** Adds a sentence to `faults` for all that is wrong; no sentence holds a value of a secret. */
export function readKafkaSecurity(environment: Environment, faults: string[]): KafkaSecurity {
  const sasl = readSasl(environment, faults)
  const tls = readTls(environment, faults)
  return { ...(sasl && { sasl }), ...(tls && { tls }) }
}

function readSasl(environment: Environment, faults: string[]): KafkaSasl | undefined {
  const { KAFKA_USERNAME: username = '', KAFKA_PASSWORD: password = '' } = environment
  const asked = environment['KAFKA_SASL_MECHANISM'] ?? ''
  if (asked === '' && username === '' && password === '') return undefined
  const mechanism = MECHANISMS.find((one) => one === asked)
  if (mechanism === undefined) {
    faults.push(`KAFKA_SASL_MECHANISM is one of ${MECHANISMS.join(', ')}.`)
  }
  if (username === '' || password === '') {
    faults.push('KAFKA_SASL_MECHANISM needs KAFKA_USERNAME and KAFKA_PASSWORD.')
  }
  return mechanism && { mechanism, username, password }
}

function readTls(environment: Environment, faults: string[]): TlsOptions | undefined {
  const isOn = SWITCH[environment['KAFKA_TLS'] ?? '']
  if (isOn === undefined) faults.push('KAFKA_TLS is true or false.')
  const tls: TlsOptions = {}
  for (const [option, name] of Object.entries(TLS_FILES)) {
    const file = environment[name]
    if (!file) continue
    if (isOn === false) faults.push(`${name} needs KAFKA_TLS=true.`)
    try {
      Object.assign(tls, { [option]: readFileSync(file, 'utf8') })
    } catch {
      faults.push(`${name} names no file that can be read: ${file}.`)
    }
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    faults.push('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together.')
  }
  return isOn ? tls : undefined
}
