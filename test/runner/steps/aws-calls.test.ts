import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'
import { callAws } from '../../../runner/steps/aws-calls.ts'

const machine = createLocalMachine()

/** A CLI whose calls are lines of Python. */
const cli = {
  // Loaded once, this notes who did.
  'awscli/clidriver.py': `import os, sys
print(os.getpid(), file=open(os.path.join(os.path.dirname(__file__), 'loads'), 'a'))
seen = []
def main():
    seen.append(1)
    exec(sys.argv[1])
`,
  'awscli/__init__.py': '',
  'awscli/handlers.py': '',
  aws: '#!/usr/bin/env python3\nimport sys\nimport awscli.clidriver\nsys.exit(awscli.clidriver.main())\n',
}

function place(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(folder, 'awscli'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o755 })
  return folder
}

function call(folder: string, lines: readonly string[], eachMs = 20_000) {
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  const { signal } = new AbortController()
  return callAws(
    machine,
    lines.map((line) => [line]),
    { env, eachMs, timeoutMs: 60_000, signal },
  )
}

t.test('each call ends in its own way, after the CLI was loaded once', async (t) => {
  const folder = place(t.testdir(), cli)
  const exits = await call(folder, [
    "print('one', len(seen)); print('two', file=sys.stderr)",
    'print(len(seen)); sys.exit(254)',
    "sys.exit('a reason')",
    "raise ValueError('a defect')",
    'os.kill(os.getpid(), 9)',
    "print('x' * 20000 + 'é')",
    'print(sys.argv[1:], sys.argv[0])',
    "import atexit; atexit.register(print, 'at its end')",
    "import threading; threading.Timer(0.01, print, ['of its thread']).start(); sys.exit(-1)",
  ])
  t.match(exits, [
    { ended: 'exit', exitCode: 0, signal: null, stdout: 'one 1\n', stderr: 'two\n', cut: {} },
    { ended: 'exit', exitCode: 254, stdout: '1\n', stderr: '' },
    { ended: 'exit', exitCode: 1, stderr: 'a reason\n' },
    { ended: 'exit', exitCode: 1, stderr: /Traceback[^]*ValueError: a defect/ },
    { ended: 'signal', exitCode: null, signal: 'KILL' },
    { exitCode: 0, cut: { stdout: { reason: '3619 bytes at its end were left out', parts: [/^x{16384}$/] } } },
    { exitCode: 0, stdout: /^\['print\(sys\.argv/ },
    { exitCode: 0, stdout: 'at its end\n' },
    { exitCode: 255, stdout: 'of its thread\n' },
  ])
  t.equal(exits.length, 9)
  t.equal(readFileSync(join(folder, 'awscli/loads'), 'utf8').trim().split('\n').length, 1)
})

t.test('where the control fails nothing else is called', async (t) => {
  const folder = place(t.testdir(), cli)
  const touched = join(folder, 'touched')
  t.match(await call(folder, ['sys.exit(255)', `open(${JSON.stringify(touched)}, 'w')`]), [{ exitCode: 255 }])
  t.throws(() => readFileSync(touched))
})

t.test('a call that hangs is ended, and the next is made', async (t) => {
  const folder = place(t.testdir(), cli)
  const exits = await call(folder, ['print(1)', 'import time; time.sleep(60)', 'print(3)'], 4000)
  t.match(exits, [{ stdout: '1\n' }, { ended: 'timeout', exitCode: null }, { ended: 'exit', stdout: '3\n' }])
})

t.test('what is no script of Python, or has other modules, is started for each call', async (t) => {
  const program = place(t.testdir({ program: {} }), {})
  writeFileSync(join(program, 'aws'), '#!/bin/sh\necho "$$ $1"\n[ "$1" = fine ]\n', { mode: 0o755 })
  const exits = await call(program, ['fine', 'bad', 'fine'])
  t.match(exits, [{ exitCode: 0, stdout: /^\d+ fine\n$/ }, { exitCode: 1, stdout: /^\d+ bad\n$/ }, { exitCode: 0 }])
  t.equal(new Set(exits.map(({ stdout }) => stdout.split(' ')[0])).size, 3)
  const { 'awscli/handlers.py': _, ...others } = cli
  const older = place(t.testdir({ older: {} }), others)
  t.match(await call(older, ['print(1)', 'sys.exit(2)']), [{ stdout: '1\n' }, { exitCode: 2 }])
  t.equal(readFileSync(join(older, 'awscli/loads'), 'utf8').trim().split('\n').length, 3, 'once in vain, then for each call')
})
