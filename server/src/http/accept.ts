// What a caller prefers: `Accept` and `Accept-Language` with their weights (RFC 9110, 12.4.2).

import { Problem } from '@sosik/contract/errors'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media type of what the route answers when all is well. */
    produces?: string
  }
}

interface Preference {
  /** In lower case. */
  readonly value: string
  readonly weight: number
}

const PARTS_MAX = 32

/** Refuses who accepts nothing that the route produces. */
export function requireAcceptable(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    const { produces } = routeOptions.config
    if (produces !== undefined && !accepts(headers.accept, produces)) {
      throw new Problem('not_acceptable', `The answer would be ${produces}.`)
    }
  })
}

/** Whether an answer of this media type is welcome; without a header everything is. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || header.trim() === '') return true
  if (mediaType.includes('*')) return true
  const [kind = ''] = mediaType.split('/')
  const ranges = preferences(header)
  const weightOf = (range: string) => ranges.find(({ value }) => value === range)?.weight
  return (weightOf(mediaType) ?? weightOf(`${kind}/*`) ?? weightOf('*/*') ?? 0) > 0
}

/** Whether Korean comes before English, which is spoken to everybody else. */
export function prefersKorean(header = ''): boolean {
  const languages = preferences(header).filter(({ weight }) => weight > 0)
  const of = (language: string) =>
    languages.filter(({ value }) => value === language || value.startsWith(`${language}-`))
  const [korean] = of('ko').toSorted(byWeight)
  const [english] = of('en').toSorted(byWeight)
  if (korean === undefined || english === undefined) return korean !== undefined
  if (korean.weight !== english.weight) return korean.weight > english.weight
  return languages.indexOf(korean) < languages.indexOf(english)
}

const byWeight = (a: Preference, b: Preference): number => b.weight - a.weight

/** In the order in which they were given; what cannot be read counts as not said. */
function preferences(header: string): Preference[] {
  return header
    .split(',')
    .slice(0, PARTS_MAX)
    .map((part) => {
      const [value = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
      const weight = parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1'
      return { value, weight: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 }
    })
}
