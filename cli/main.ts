#!/usr/bin/env node
import { commands } from './commands/index.ts'
import { watchInterrupts } from './interrupt.ts'
import { runProgram } from './program.ts'
import { openTerminal } from './terminal.ts'
import { version } from './version.ts'

// the SDK's note on future Node versions is for its authors' users, not for ours
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env })
const interrupts = watchInterrupts(terminal)
// a closed pipe (`titus-bed run | head`) is the reader's wish, not an error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await runProgram(process.argv.slice(2), commands, {
  terminal,
  signal: interrupts.signal,
  abandon: interrupts.abandon,
  cwd: process.cwd(),
  version: version(),
})
interrupts.stop()
