import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { splitLines } from '../executor/messages.ts'
import type { ExecutorCommand, ExecutorMessage } from '../executor/messages.ts'

/** The executor's process: started, and started again whenever it ends. */
export interface ExecutorProcess {
  /** Hands a command over; false when there is no executor to take it. */
  send(command: ExecutorCommand): boolean
  /** Ends the executor and starts no other. Tasks go on. */
  stop(): Promise<void>
}

/** What its owner hears. */
export interface ExecutorEvents {
  onMessage(message: ExecutorMessage): void
  /** `why` is in Mesos's words: "Executor terminated: exit code 1". */
  onEnd(why: string): void
}

const againMs = 2_000

/** Starts `program` and keeps it running; its stderr is this process's own. */
export function keepExecutor(program: string, env: NodeJS.ProcessEnv, events: ExecutorEvents): ExecutorProcess {
  let child: ChildProcess | undefined
  let stopping = false
  let timer: NodeJS.Timeout | undefined

  function start(): void {
    const started = spawn(program, [], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    child = started
    let ended = false
    const end = (why: string): void => {
      if (ended) return
      ended = true
      child = undefined
      if (stopping) return
      events.onEnd(`Executor terminated: ${why}`)
      timer = setTimeout(start, againMs)
    }
    const feed = splitLines((line) => events.onMessage(JSON.parse(line) as ExecutorMessage))
    started.stdout?.setEncoding('utf8').on('data', feed)
    started.stdin?.on('error', () => undefined)
    started.on('error', (error) => end(error.message))
    started.on('close', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`))
  }

  start()
  return {
    send: (command) => child?.stdin?.write(`${JSON.stringify(command)}\n`) !== undefined,
    stop: () =>
      new Promise((resolve) => {
        stopping = true
        clearTimeout(timer)
        if (child === undefined) return resolve()
        child.on('close', () => resolve())
        child.stdin?.end()
      }),
  }
}
