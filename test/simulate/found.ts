// Seeds that broke a promise once: each stays a test, by the name of what it found.

export interface Found {
  readonly seed: number
  readonly what: string
  /** Where a test holds it that no change of the simulator can blunt: file and name. */
  readonly test: readonly [file: string, name: string]
}

export const FOUND: readonly Found[] = []
