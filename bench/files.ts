import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Figure } from './figure.ts'
import { commandLine, titusBed } from './program.ts'

const count = 200

/** What the commands take that a person waits for at each keystroke: `validate` of many scenarios, and `run --watch` after a file is saved. */
export async function measureFiles(bench: Bench): Promise<readonly Figure[]> {
  return [await measureValidate(bench), await measureWatch(bench)]
}

async function measureValidate({ folder, runs, say, signal }: Bench): Promise<Figure> {
  const cwd = join(folder, 'many')
  await mkdir(cwd)
  for (let index = 0; index < count; index += 1) await writeFile(join(cwd, `s${index}.yaml`), scenarioText(index))
  const samples: number[] = []
  for (let round = 0; round < runs; round += 1) {
    say(`validate: round ${round + 1}`)
    const before = childCpuMs()
    await titusBed(['validate', '.'], { cwd, signal })
    samples.push(childCpuMs() - before)
  }
  return {
    name: `validate ${count} scenarios`,
    cold: samples.slice(0, 1),
    warm: samples.slice(1),
    how: 'time of processor, of the whole process; goal: 1 s',
  }
}

function scenarioText(index: number): string {
  return `scenario: number ${index}
tags: [smoke]
timeout: 2m
vars: { image: nginx, port: ${7000 + index} }
steps:
  - name: its service is active
    host: gateway
    run: systemctl is-active titus-server-gateway
    expect: { stdout: active }
  - name: its API answers
    host: gateway
    http: { get: 'http://localhost:\${{ port }}/api/v3/jobs' }
    expect: { json.items: { length: { gte: 0 } }, status: 200 }
    until: { within: 1m, every: 500ms, retryOn: [connection] }
    capture: { first: 'json.items[0].id' }
  - name: it is known
    if: first
    host: gateway
    run: echo \${{ first }} \${{ image }}
always:
  - { name: say which, host: bastion, run: 'true' }
`
}

/** From the saving of a file to the first line of the run that follows. */
async function measureWatch({ folder, runs, say, signal }: Bench): Promise<Figure> {
  const cwd = join(folder, 'watch')
  await mkdir(cwd)
  const file = join(cwd, 'watched.yaml')
  const save = (text: string) => writeFile(file, `scenario: watched\nsteps:\n  - { name: say it, host: local, run: echo ${text} }\n`)
  await save('0')
  const [program, ...args] = commandLine(['run', 'watched.yaml', '--allow-local', '--watch'])
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: 'true' } })
  const stop = () => child.kill('SIGINT')
  signal.addEventListener('abort', stop, { once: true })
  const ended = once(child, 'exit')
  const says = async (stream: NodeJS.ReadableStream, text: string) => {
    for (let said = ''; !said.includes(text);) {
      if (child.exitCode !== null) throw new Error(`run --watch ended without saying "${text}"`)
      said += String((await Promise.race([once(stream, 'data'), ended]))[0])
    }
  }
  const samples: number[] = []
  try {
    await says(child.stderr, 'watching')
    for (let round = 1; round <= Math.max(runs, 3); round += 1) {
      say(`watch: round ${round}`)
      const first = says(child.stdout, 'run ')
      const watching = says(child.stderr, 'watching')
      const began = performance.now()
      await save(String(round))
      await first
      samples.push(performance.now() - began)
      await watching
    }
  } finally {
    stop()
    await ended
    signal.removeEventListener('abort', stop)
  }
  return {
    name: 'run --watch, again',
    cold: [],
    warm: samples,
    how: 'from the saving of a file to the first line of the run that follows; goal: 1 s',
  }
}

/** What the processes took that have ended and were waited for, in milliseconds. @see proc(5), cutime and cstime; 100 ticks a second */
function childCpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10
}
