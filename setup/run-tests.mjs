// Runs test files, each in a process of its own, and tells a line for each test as it ends, all of what failed, and
// the slowest files.
// The last line is "N passed, N failed, N skipped". A file that ends with an error, takes too long or tests nothing has failed.
// Nothing that a file started outlives it.
// usage: run-tests.mjs [--jobs=2] [--first=NAME,...] [--timeout=120] [--grace=15] [--bundle] FILE...
//   --first: names of files without .test.ts that begin in this order; the others follow, the biggest first
//   --timeout: seconds for a file   --grace: seconds from SIGTERM to SIGKILL for what it left
//   --bundle: runs bundles of the files, which start sooner and do not know the lines of the sources
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endLeftOver, makeTemporaryFolder } from './left-over.mjs'

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: String(availableParallelism()) },
    first: { type: 'string', default: '' },
    timeout: { type: 'string', default: '120' },
    grace: { type: 'string', default: '15' },
    bundle: { type: 'boolean', default: false },
  },
})
const graceMs = Number(values.grace) * 1000
/** The temporary folders of the files that run. */
const folders = new Set()
const loader = new URL('ts-loader.mjs', import.meta.url).href
const reports = fileURLToPath(new URL('../reports/', import.meta.url))
/** A test at the top of a file, as tap prints it: its number, its name and its time. */
const point = /^(not )?ok \d+ - (.*?)( # (SKIP|TODO).*)?( # time=.*)?$/

/** Something asserted, at the top of a file or inside a test: a test that asserts nothing prints only an empty plan and its own line. */
const anAssertion = /^ +(not )?ok \d+|^(not )?ok \d+ - (?!.*# time=)/m

/** Where the bundles are. Loading the sources takes a quarter of a ring's processor; whoever runs a few files wants the lines of them. */
const bundles = values.bundle ? fileURLToPath(new URL(`../node_modules/.cache/tests/${process.pid}`, import.meta.url)) : undefined
if (bundles !== undefined) {
  execFileSync(process.execPath, ['--import', loader, fileURLToPath(new URL('bundle-tests.mjs', import.meta.url)), bundles, ...files])
  process.once('exit', () => rmSync(bundles, { recursive: true, force: true }))
}

/** What loads files that are named only when it runs cannot be bundled. */
const loadsByName = /\bimport\((?!['"])/

/** What runs a test file. Most of what a test does is done a few times: V8 need not make it faster. */
function argvOf(file) {
  if (bundles === undefined || loadsByName.test(readFileSync(file, 'utf8'))) return ['--enable-source-maps', '--import', loader, file]
  return ['--interrupt-budget=500000', join(bundles, `${file.replace(/\.ts$/, '')}.mjs`)]
}

let countedCpu = 0

/** Seconds of processor that processes took, with all that they waited for, which have ended since the last call. */
function takeCpu() {
  const [userTicks, systemTicks] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(13, 15)
  const before = countedCpu
  countedCpu = (Number(userTicks) + Number(systemTicks)) / 100
  return countedCpu - before
}

/** Runs a file to its end. Resolves to its tests, whole output, seconds, and seconds of processor. */
function runFile(file) {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    const tests = []
    const folder = makeTemporaryFolder()
    folders.add(folder)
    let output = ''
    let line = ''
    const child = spawn(process.execPath, argvOf(file), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TAP: '1',
        TAP_TIMEOUT: values.timeout,
        TMPDIR: folder,
        ...(bundles && { TITUS_BED_BUNDLED: join(bundles, 'cli/main.js') }),
      },
    })
    const read = (text) => {
      output += text
      const lines = `${line}${text}`.split('\n')
      line = lines.pop() ?? ''
      for (const each of lines) {
        const [, not, name, directive] = point.exec(each) ?? []
        if (name === undefined) continue
        tests.push({ name, passed: not === undefined, skipped: directive !== undefined })
        console.log(`${not ?? ''}ok - ${file}: ${name}`)
      }
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text))
    let late = false
    const timer = setTimeout(
      () => {
        late = true
        void endLeftOver(folder, graceMs)
      },
      Number(values.timeout) * 1000,
    )
    let cpu = 0
    let ending = Promise.resolve([])
    child.on('exit', () => {
      clearTimeout(timer)
      cpu = takeCpu()
      // Whatever goes on may hold the output open.
      ending = endLeftOver(folder, graceMs)
    })
    child.on('close', async (code, signal) => {
      const left = await ending
      folders.delete(folder)
      for (const command of left) console.log(`# ${file} left behind: ${command}`)
      const seconds = (performance.now() - startedAt) / 1000
      const end = late ? `took longer than ${values.timeout} s` : signal === null ? `ended with ${code}` : `was killed by ${signal}`
      const isEmpty = tests.length > 0 && !anAssertion.test(output) && tests.every(({ skipped }) => !skipped)
      if (isEmpty) {
        tests.push({ name: 'nothing was asserted', passed: false })
        console.log(`not ok - ${file}: nothing was asserted`)
      } else if (tests.length === 0 || ((code !== 0 || late) && tests.every(({ passed }) => passed))) {
        tests.push({ name: tests.length === 0 ? `no test was run: it ${end}` : `it ${end}`, passed: false })
        console.log(`not ok - ${file}: ${tests.at(-1).name}`)
      }
      resolve({ file, tests, output, seconds, cpu })
    })
  })
}

const results = []
// The size of a file is a fair guess of its time, where nothing better is known, and a long one that begins last keeps everybody waiting.
const begin = values.first.split(',').filter((name) => name !== '')
const unknown = begin.filter((name) => !files.some((file) => basename(file, '.test.ts') === name))
if (unknown.length > 0) throw new Error(`--first: no file is called ${unknown.join(', ')}`)
const waiting = files.toSorted((a, b) => turnOf(a) - turnOf(b) || statSync(b).size - statSync(a).size)

function turnOf(file) {
  const turn = begin.indexOf(basename(file, '.test.ts'))
  return turn === -1 ? begin.length : turn
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => {
    waiting.length = 0
    void Promise.all([...folders].map((folder) => endLeftOver(folder, graceMs))).finally(() => process.exit(code))
  })

await Promise.all(
  Array.from({ length: Number(values.jobs) }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file)
      results.push(result)
      const report = join(reports, `${file.replaceAll('/', '__')}.tap`)
      mkdirSync(reports, { recursive: true })
      writeFileSync(report, result.output)
    }
  }),
)

const failures = results.filter(({ tests }) => tests.some(({ passed }) => !passed))
for (const { file, output } of failures) console.log(`\n== ${file}: what did not pass\n${output.replaceAll(/^ *ok \d.*\n/gm, '')}`)
if (bundles !== undefined && failures.length > 0)
  console.log(`\nfor lines of the sources: node setup/run-tests.mjs ${failures.map(({ file }) => file).join(' ')}`)
const allCpu = results.reduce((sum, { cpu }) => sum + cpu, 0)
console.log(`\nslowest files, in seconds and seconds of processor (of ${allCpu.toFixed(0)} in all):`)
for (const { file, seconds, cpu } of results.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10))
  console.log(`${seconds.toFixed(1).padStart(7)} ${cpu.toFixed(1).padStart(7)} ${file}`)
const tests = results.flatMap((result) => result.tests)
const failed = tests.filter(({ passed }) => !passed).length
const skipped = tests.filter(({ passed, skipped: isSkipped }) => passed && isSkipped).length
console.log(`${tests.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
