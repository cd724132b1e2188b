import { spawn } from 'node:child_process'

const deadlineMs = 20_000

/**
 * Runs a program with text on its standard input.
 * @returns  what it printed
 * @throws Error with its name and what it said when it ends with another code than 0 or not within 20 seconds
 */
export const runProgram = (argv: readonly string[], input = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = argv
    const child = spawn(file, args, { timeout: deadlineMs, killSignal: 'SIGKILL' })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output)
      reject(new Error(`${argv.join(' ')} ended with ${signal ?? `code ${code}`}: ${complaint.trim()}`))
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
