import t from 'tap'
import type { NewEvent } from '../../../runner/engine/frame.ts'
import { withholdEvents } from '../../../runner/engine/withheld-events.ts'
import { recordFrame } from './frame.ts'

const path = [3]

function poll(attempt: number, at: readonly number[] = [3, 0]): NewEvent {
  return { type: 'poll', scenario: 'test', path: at, attempt, elapsedMs: 0, last: '' }
}

function numbers(events: readonly NewEvent[]): readonly number[] {
  return events.map((event) => (event.type === 'poll' ? event.attempt : -1))
}

t.test('events of nested steps wait, those of the step itself do not', async (t) => {
  const { frame, events } = recordFrame()
  const withheld = withholdEvents(frame, path)
  withheld.frame.emit(poll(1))
  withheld.frame.emit(poll(2, path))
  t.same(numbers(events), [2])
  withheld.release()
  t.same(numbers(events), [2, 1])
})

t.test('of several attempts the last one is told; an attempt that is undone leaves the one before', async (t) => {
  const { frame, events } = recordFrame()
  const withheld = withholdEvents(frame, path)
  withheld.begin()
  withheld.frame.emit(poll(1))
  withheld.begin()
  withheld.frame.emit(poll(2))
  const undo = withheld.begin()
  withheld.frame.emit(poll(3))
  undo()
  withheld.release()
  t.same(numbers(events), [2])
})
