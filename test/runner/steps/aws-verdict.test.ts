import t from 'tap'
import { judgeAwsCall } from '../../../runner/steps/aws-verdict.ts'
import type { Exit } from '../../../runner/hops/exit.ts'

function call(stderr: string, more: Partial<Exit> = {}) {
  const exit: Exit = { ended: 'exit', exitCode: 254, signal: null, stdout: '', stderr, cut: {}, cleared: true, durationMs: 1, ...more }
  return judgeAwsCall(exit)
}

function refusal(code: string): string {
  return `\nAn error occurred (${code}) when calling the DescribeInstances operation: You are not authorized.\n`
}

t.test('success is allowed, and so is what EC2 would have allowed', async (t) => {
  t.same(call('', { exitCode: 0 }), { verdict: 'allowed' })
  t.same(call(refusal('DryRunOperation')), { verdict: 'allowed' })
})

t.test('only the codes of a denial are denials', async (t) => {
  for (const code of ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'])
    t.same(call(refusal(code)), { verdict: 'denied', code })
  for (const code of ['403', 'ExpiredToken', 'InvalidClientTokenId', 'NoSuchBucket', 'Throttling'])
    t.match(call(refusal(code)), { verdict: 'unknown', code, lasting: false }, code)
})

t.test('a call that never reached AWS says nothing of the permission', async (t) => {
  t.match(call('Unable to locate credentials. You can configure credentials by running "aws configure".'), {
    verdict: 'unknown',
    detail: /Unable to locate/,
  })
  t.match(call('noise\nCould not connect to the endpoint URL: "http://x/"\nmore'), { verdict: 'unknown', detail: /^Could not connect/ })
  t.match(call('', { exitCode: 255 }), { verdict: 'unknown', detail: 'exit 255 without a word', lasting: false })
  t.match(call('', { ended: 'signal', exitCode: null, signal: 'KILL' }), { verdict: 'unknown', detail: /\(KILL\)/ })
  t.match(call('', { ended: 'timeout', exitCode: null }), { verdict: 'unknown', detail: /\(timeout\)/ })
})

t.test('what waiting cannot change is told as that', async (t) => {
  t.match(call('', { exitCode: 127 }), { verdict: 'unknown', lasting: true, detail: /not installed/ })
  t.match(call('usage: aws [options]\naws: error: argument operation: Invalid choice, valid choices are:'), {
    verdict: 'unknown',
    lasting: true,
  })
})
