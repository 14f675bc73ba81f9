// What a machine can hold of the house style: sizes, first lines, names, dead code.
import assert from 'node:assert/strict'
import { basename } from 'node:path'
import test from 'node:test'
import { deadExports, deadFiles } from './house/dead.ts'
import { noFaults } from './house/faults.ts'
import { functionsIn } from './house/functions.ts'
import { isTestCode } from './house/imports.ts'
import { FILES, read, SOURCES } from './house/tree.ts'

const FILE_LINES_MAX = 300
const FILE_LINES_MEDIAN_MAX = 100
const FUNCTION_LINES_MAX = 70
const LINE_COLUMNS_MAX = 100

const CODE = FILES.filter((file) => /\.(tsx?|css|py|sql|mjs|sh)$/.test(file))
const linesOf = (file: string) => read(file).trimEnd().split('\n')

/** `file:line` of every line of these files that breaks a rule. */
function linesWhere(files: readonly string[], breaks: (line: string) => boolean): string[] {
  return files.flatMap((file) =>
    linesOf(file).flatMap((line, at) =>
      breaks(line) ? [`${file}:${at + 1}  ${line.trim()}`] : [],
    ),
  )
}

test(`a file has ${FILE_LINES_MAX} lines at most; over that it becomes a folder`, () => {
  const sizes = CODE.map((file) => [file, linesOf(file).length] as const)
  noFaults(
    sizes.filter(([, lines]) => lines > FILE_LINES_MAX).map(([file, lines]) => `${file}: ${lines}`),
  )
})

test(`half of the source files have ${FILE_LINES_MEDIAN_MAX} lines at most`, () => {
  const files = SOURCES.filter((file) => !isTestCode(file))
  const sizes = files.map((file) => linesOf(file).length).sort((left, right) => left - right)
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0
  assert.ok(median <= FILE_LINES_MEDIAN_MAX, `the median is ${median}`)
})

test(`a function has ${FUNCTION_LINES_MAX} lines at most`, () => {
  noFaults(
    SOURCES.flatMap((file) =>
      functionsIn(read(file))
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ line, lines }) => `${file}:${line}  ${lines} lines`),
    ),
  )
})

test(`a line has ${LINE_COLUMNS_MAX} columns at most, but for an address`, () => {
  const isLong = (line: string) => line.length > LINE_COLUMNS_MAX
  noFaults(linesWhere(CODE, (line) => isLong(line) && !line.includes('://')))
})

test('a file begins with a comment that says its purpose in a sentence', () => {
  const opening = /^(#!.*\n)?((\/\/ .*\n)+)/
  noFaults(
    SOURCES.filter((file) => !/[.?]\n$/.test(opening.exec(read(file))?.[2] ?? '')).map(
      (file) => `${file} begins: ${linesOf(file)[0]}`,
    ),
  )
})

test('no file and no folder is named for nothing', () => {
  const nothing = /(^|\/)(utils?|helpers?|common|misc|types)(\.|\/|$)/
  noFaults(FILES.filter((file) => nothing.test(file)))
})

test('nothing is left to do', () => {
  noFaults(linesWhere(CODE, (line) => /\b([T]ODO|[F]IXME|[X]XX)\b/.test(line)))
})

test('no test is left out', () => {
  const leftOut =
    /\b(test|it|describe|suite|t|context)\.(only|skip|todo)\(|\b(only|skip|todo): (true|['`])/
  noFaults(linesWhere(SOURCES.filter(isTestCode), (line) => leftOut.test(line)))
})

test('a door is a written list', () => {
  noFaults(linesWhere(SOURCES, (line) => line.startsWith('export *')))
})

test('something leads to every file, and somebody imports every exported name', () => {
  noFaults([...deadFiles(), ...deadExports()])
})

test('a service says what it is in README.md, and has its door in index.ts', () => {
  const services = new Set(FILES.flatMap((file) => /^services\/(\w+)\//.exec(file)?.slice(1) ?? []))
  const wanted = [...services].flatMap((name) =>
    ['README.md', 'index.ts'].map((file) => `services/${name}/${file}`),
  )
  noFaults(wanted.filter((file) => !FILES.includes(file)).map((file) => `${file} is missing`))
})

test('a line of the changelog begins with Add, Change or Fix', () => {
  noFaults(linesWhere(['CHANGELOG.md'], (line) => /^- (?!(Add|Change|Fix) )/.test(line)))
})

test('a decision begins with its number, and no number is given twice', () => {
  const decisions = FILES.filter((file) => file.startsWith('docs/decisions/'))
  const numbers = decisions.map((file) => /^(\d{4})-/.exec(basename(file))?.[1] ?? basename(file))
  noFaults(numbers.filter((number, at) => !/^\d{4}$/.test(number) || numbers.indexOf(number) < at))
})
