#!/usr/bin/env node
import { commands } from './commands/index.ts'
import { exitCodes } from './exit-codes.ts'
import { watchDefects } from './terminal/defects.ts'
import { watchInterrupts } from './terminal/interrupt.ts'
import { runCommandLine } from './program.ts'
import { openTerminal } from './terminal/terminal.ts'
import { version } from './product/version.ts'

// The SDK's note on future Node versions is for its own users, not for ours.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

// The system's own programs (nft, modprobe) stand in folders that the PATH of a user, which sudo may keep, does not have.
process.env['PATH'] = `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`

async function main(): Promise<void> {
  const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env })
  const interrupts = watchInterrupts(terminal)
  // The reader of a pipe (`titus-bed run | head`) and the owner of a window may close it. The work is finished for all that.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
  const defects = watchDefects(terminal, interrupts.askToEnd)
  const code = await runCommandLine(process.argv.slice(2), commands, {
    terminal,
    signal: interrupts.signal,
    abandon: interrupts.abandon,
    cwd: process.cwd(),
    version: version(),
  })
  process.exitCode = defects.code() ?? code
  defects.stop()
  interrupts.stop()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(exitCodes.defect)
})
