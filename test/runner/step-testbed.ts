import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runScenarios } from '../../runner/index.ts'
import type { StepResult } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Step } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { buildScenario, buildStep } from './build-scenario.ts'
import type { StepSource } from './build-scenario.ts'
import { startSshTestbed } from './sshd.ts'

/** Machines on loopback, and a web server that they reach: what steps are tried on. */
export interface StepTestbed {
  readonly testbed: Testbed
  /** Where the scenario lies, for the files that its steps name. */
  readonly folder: string
  /** The web server's: it gives back the body, 418 for `/teapot`, nothing at all for `/slow`, and hangs up twice on `/third`. */
  readonly port: number
  /** Runs steps as one scenario and gives what each came to. */
  readonly run: (steps: readonly Step[], vars?: JsonObject) => Promise<readonly StepResult[]>
  /** Runs one step. */
  readonly runOne: (kind: string, params: Json, source?: StepSource, vars?: JsonObject) => Promise<StepResult>
  stop(): Promise<void>
}

/** Starts the machines `bastion`, `gateway` and two `agents`, and the web server. */
export async function startStepTestbed(): Promise<StepTestbed> {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-steps-'))
  const bed = await startSshTestbed(['bastion', 'gateway', 'agents[0]', 'agents[1]'])
  let hungUp = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      if (request.url === '/slow') return
      if (request.url === '/third' && (hungUp += 1) <= 2) return void request.socket.destroy()
      response.writeHead(request.url === '/teapot' ? 418 : 200, { 'content-type': 'application/json', 'x-method': request.method ?? '' })
      response.end(body === '' ? '{"up":true}' : body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const run = async (steps: readonly Step[], vars: JsonObject = {}): Promise<readonly StepResult[]> => {
    const scenario = buildScenario('steps', steps, { vars, file: join(folder, 'steps.yaml') })
    const report = await runScenarios({ testbed: bed.testbed, scenarios: [scenario], onEvent: () => undefined })
    return report.scenarios[0]?.steps ?? []
  }
  return {
    testbed: bed.testbed,
    folder,
    port,
    run,
    async runOne(kind, params, source = {}, vars = {}) {
      const [step] = await run([buildStep(kind, params, source)], vars)
      if (step === undefined) throw new Error('no step')
      return step
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await bed.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
