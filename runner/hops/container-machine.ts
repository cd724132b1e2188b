import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { ConnectionError } from './connection-error.ts'
import type { Exit } from './exit.ts'
import type { DialOptions, DialResult, Machine } from './machine.ts'
import { beatMs, cutOffAttempt, isOutOfTime, judgeRefusal, noAnswer, silenceMs } from './no-answer.ts'
import { markName } from './remote-command.ts'

/** The most that a tunnel into a container lives on its host when nobody ends it. */
const tunnelTimeoutMs = 600_000
const isGone = 'is the container still running? `docker ps -a` on its host tells'

const relay = readFileSync(new URL('./container-relay.sh', import.meta.url), 'utf8')

/** Names that would change what the docker client itself does; they go on its command line instead of through its environment. */
const ofDocker = /^(PATH|HOME|USER|LANG|DOCKER_.*|LD_.*)$/

/**
 * A container as one hop more: `docker exec` on its host, as argv. Commands see the environment of the container, not of the host.
 * TCP connections are made by the host inside the container's network namespace (`nsenter`), so that the container needs no
 * program for them; names are resolved with the host's resolver.
 */
export function createContainerMachine(host: Machine, container: string): Machine {
  const name = `${host.name}/${container.slice(0, 12)}`
  const wrap = (argv: readonly string[], env: Readonly<Record<string, string>>, input: boolean) => {
    const set = Object.entries(env).flatMap(([key, value]) => ['-e', ofDocker.test(key) ? `${key}=${value}` : key])
    return ['docker', 'exec', ...(input ? ['-i'] : []), '-e', markName, ...set, '--', container, ...argv]
  }
  return {
    name,
    async exec(argv, options) {
      const env = Object.fromEntries(Object.entries(options.env ?? {}).filter(([key]) => !ofDocker.test(key)))
      const exit = await host.exec(wrap(argv, options.env ?? {}, options.stdin !== undefined), { ...options, env })
      refuseMissing(name, exit)
      return exit
    },
    pipe: (argv, options) => host.pipe(wrap(argv, {}, true), options),
    dial: (address, port, options) => dialFromContainer(host, name, container, address, port, options),
  }
}

/** What docker itself says when it could not start the command: the daemon's refusal, or that there is no daemon to be reached. */
const dockerFault =
  /^(Error response from daemon|Error: No such container|(ERROR: )?(Cannot connect to|error during connect|(Got )?permission denied while trying))/i

function refuseMissing(name: string, exit: Exit): void {
  if (exit.exitCode === 125 || (exit.exitCode === 1 && dockerFault.test(exit.stderr)))
    throw new ConnectionError('connection', `${name}: ${exit.stderr.trim()}`, {
      hint: isGone,
    })
  if (exit.exitCode === 127 && /^env: .docker.|docker: not found/m.test(exit.stderr))
    throw new ConnectionError('connection', `${name}: there is no docker on the host`)
}

async function dialFromContainer(
  host: Machine,
  name: string,
  container: string,
  address: string,
  port: number,
  options: DialOptions,
): Promise<DialResult> {
  const beats = Math.ceil(options.timeoutMs / beatMs)
  const argv = ['bash', '-c', relay, 'titus-bed', container, address, String(port), String(beatMs / 1000), String(beats)]
  const stream = await host.pipe(argv, { timeoutMs: tunnelTimeoutMs, signal: options.signal })
  try {
    const result = await readResult(stream, name, `${address}:${port}`, options)
    if (result.state !== 'open') stream.destroy()
    return result
  } catch (error) {
    stream.destroy()
    throw options.signal.aborted && !(error instanceof ConnectionError)
      ? new ConnectionError('interrupted', `${name}: connecting was given up`, { cause: options.signal.reason })
      : error
  }
}

/** What the relay says of its connection. A verdict is a word of the relay's: that it says nothing tells of its host, not of the port. */
async function readResult(stream: Duplex, name: string, target: string, { timeoutMs, signal }: DialOptions): Promise<DialResult> {
  // A busy host may take long to start the relay, which says nothing about the port.
  const begun = await readLine(stream, signal, silenceMs)
  if (begun !== 'ready')
    throw begun?.endsWith(': Name or service not known') === true
      ? new ConnectionError('name', `${name} could not try ${target}: ${begun}`, { isUnanswered: true })
      : new ConnectionError('connection', `${name}: ${begun ?? `not entered within ${silenceMs / 1000} s`}`, { hint: isGone })
  for (let waitedMs = 0; ; waitedMs += beatMs) {
    if (waitedMs >= timeoutMs) return noAnswer(waitedMs)
    const heardAt = performance.now()
    let said: string | undefined
    try {
      said = await readLine(stream, signal, silenceMs)
    } catch (error) {
      if (isOutOfTime(signal)) return cutOffAttempt(name, signal, waitedMs, heardAt)
      throw error
    }
    if (said === 'no answer yet') continue
    if (said === 'open') return { state: 'open', stream }
    if (said === undefined)
      throw new ConnectionError('connection', `${name}: its host has not said for ${silenceMs / 1000} s how connecting to ${target} stands`)
    const told = judgeRefusal(said.replace(/^.*: /, ''))
    if (told !== undefined) return told
    throw new ConnectionError('connection', `${name} could not try ${target}: ${said}`)
  }
}

/** Reads up to the first line end and leaves the rest in the stream; undefined when the time is over, all that came when it ended. */
function readLine(stream: Duplex, signal: AbortSignal, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    const finish = (act: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      stream.off('readable', read)
      stream.off('close', end)
      stream.off('end', end)
      act()
    }
    const end = () => finish(() => resolve(text.trim() || 'the relay ended without a word'))
    const abort = () => finish(() => reject(signal.reason as Error))
    const timer = setTimeout(() => finish(() => resolve(undefined)), timeoutMs)
    const read = () => {
      for (let byte = stream.read(1) as Buffer | null; byte !== null; byte = stream.read(1) as Buffer | null) {
        if (byte[0] === 0x0a && text.trim() !== '') return finish(() => resolve(text.trim()))
        text += byte.toString('latin1')
      }
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    stream.on('readable', read)
    stream.once('close', end)
    stream.once('end', end)
  })
}
