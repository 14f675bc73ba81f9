// What a session is called in its owner's list: browser and system, as they name themselves. Pure.

const DEVICE_LENGTH_MAX = 60

/** The first that fits counts: many programs also name those that they descend from. */
const PROGRAMS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/KAKAOTALK/i, 'KakaoTalk'],
  [/Whale\//, 'Whale'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** Such as `Chrome, Windows`; of an unknown program its first word; empty where it says nothing. */
export function deviceOf(userAgent: string): string {
  const named = [PROGRAMS, SYSTEMS].flatMap(
    (names) => names.find(([mark]) => mark.test(userAgent))?.[1] ?? [],
  )
  const label = named.length > 0 ? named.join(', ') : (/[!-~]+/.exec(userAgent)?.[0] ?? '')
  return label.slice(0, DEVICE_LENGTH_MAX)
}
