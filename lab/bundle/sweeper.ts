import { sweepLab } from './sweep.ts'

/* A program: outlives the supervisor by a moment and removes what the kernel leaves of a lab. usage: sweeper.ts LAB-NAME, with a
 * pipe from the supervisor as its standard input: anything on it arms the sweeper, and the pipe's end is the supervisor's. */
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined)
let isArmed = false
process.stdin.on('data', () => (isArmed = true))
process.stdin.on('close', () => {
  if (!isArmed) return
  void sweepLab(process.argv[2] ?? '').then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`sweeper: ${String(error)}\n`)
      process.exit(1)
    },
  )
})
