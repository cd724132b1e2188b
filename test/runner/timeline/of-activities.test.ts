import t from 'tap'
import { momentsOfAnswer } from '../../../runner/timeline/of-answer.ts'

/** As AWS documents an activity, and as a call of ours gives it back. */
const launched = {
  ActivityId: 'f9f2d65b-f1f2-43e7-b46d-d86756459699',
  AutoScalingGroupName: 'titusagent',
  Description: 'Launching a new EC2 instance: i-0598c7d356eba48d7',
  Cause: 'At 2026-11-28T10:00:00Z an instance was started in response to a difference between desired and actual capacity.',
  StartTime: '2026-11-28T10:00:01.500Z',
  EndTime: '2026-11-28T10:00:34.000Z',
  StatusCode: 'Successful',
  Progress: 100,
}
const refused = {
  ...launched,
  Description: 'Launching a new EC2 instance',
  StatusCode: 'Failed',
  StatusMessage: 'We currently do not have sufficient m4.large capacity.',
}
const { EndTime: _end, ...pending } = { ...launched, StatusCode: 'InProgress' }

function read(answer: unknown) {
  return momentsOfAnswer({ host: 'aws', name: 'scaling-activities', text: JSON.stringify(answer, null, 2), skewMs: 0 })
}

t.test('an activity of Auto Scaling: when it began and why, when it ended and how', async (t) => {
  t.same(read({ Activities: [launched] }), [
    {
      at: Date.UTC(2026, 10, 28, 10, 0, 1, 500),
      kind: 'aws',
      unit: 'titusagent',
      host: 'aws',
      text: `Launching a new EC2 instance: i-0598c7d356eba48d7 began: ${launched.Cause}`,
    },
    {
      at: Date.UTC(2026, 10, 28, 10, 0, 34),
      kind: 'aws',
      unit: 'titusagent',
      host: 'aws',
      text: 'Launching a new EC2 instance: i-0598c7d356eba48d7: Successful',
    },
  ])
  t.match(read({ Activities: [refused] })[1], { text: /^Launching a new EC2 instance: Failed: We currently do not have sufficient/ })
  t.equal(read({ Activities: [pending] }).length, 1, 'one that has not ended has no end')
  t.equal(read({ json: { Activities: [launched] }, rest: 'cut' }).length, 2, 'nor is the rest of an answer that is not whole lost')
  for (const nothing of [{}, { Activities: null }, { Activities: [1, {}] }, 'scaling-activities could not be told'])
    t.same(read(nothing), [])
})
