import t from 'tap'
import { codesOf, firstStep, load, plain, scenarioOf } from './scenario-text.ts'

/** A scenario with one step that is done for each item. */
function step(each: string, more = "host: x, run: 'true'"): string {
  return `steps:\n  - { forEach: ${each}, ${more} }\n`
}

t.test('a list, or a mapping with one, a name and how many at a time', async (t) => {
  const short = await firstStep("{ forEach: [a, 2, { b: c }], host: x, run: 'echo ${{ item }}' }")
  t.match(short.forEach, { name: 'item', parallel: 1 })
  t.same(plain(short.forEach?.list), ['a', 2, { b: 'c' }])
  const long = await firstStep(
    "{ forEach: { list: '${{ testbed.hosts }}', name: machine, parallel: 9 }, host: '${{ machine.name }}', env: { A: '${{ machine.user }}' }, run: 'true' }",
  )
  t.match(long.forEach, { name: 'machine', parallel: 9, list: { type: 'expression', source: 'testbed.hosts' } })
})

t.test('what cannot be a list of items is an error at load', async (t) => {
  t.same(await codesOf(step('[]')), ['too-few 3:16'])
  t.same(await codesOf(step('a')), ['wrong-form 3:16'])
  t.same(await codesOf(step('{ name: a }')), ['missing-key 3:16'])
  t.same(await codesOf(step('{ list: [a], parallel: 0 }')), ['out-of-range 3:39'])
  t.same(await codesOf(step('{ list: [a], parallel: 100 }')), ['out-of-range 3:39'])
  t.same(await codesOf(step('{ list: [a], name: 1a }')), ['wrong-form 3:35'])
  t.same(await codesOf(step('{ lists: [a] }')), ['unknown-key 3:18'])
  t.match(await codesOf(step(`[${'a, '.repeat(1001)}]`)), [/3:16$/], 'too many')
})

t.test('the item is known in its step alone, and in the steps inside of it', async (t) => {
  t.same(await codesOf(`${step('[a]')}  - { host: x, run: 'echo \${{ item }}' }\n`), ['undefined-variable 4:31'])
  t.same(await codesOf(step("['${{ item }}']")), ['undefined-variable 3:22'], 'its own list does not see it')
  t.same(await codesOf(step('[a]', "group: [{ host: x, run: 'echo ${{ item }}' }]")), [])
  t.same(
    await codesOf(step('[a]', "group: [{ host: x, run: 'true', forEach: [b] }]")),
    ['name-taken 3:62'],
    'one inside needs a name of its own',
  )
  t.same(await codesOf(`vars: { item: 1 }\n${step('[a]')}`), ['name-taken 4:16'])
  t.same(await codesOf(step('[a]', "host: x, run: 'true', capture: { item: stdout }")), ['name-taken 3:54'])
  t.same(await codesOf(`${step('[a]')}${step('[b]').replace('steps:\n', '')}`), [], 'the next step has an item of its own')
  t.same(await codesOf(step('[a]', "host: x, run: 'true', while: { a: { host: '${{ item }}', run: 'true' } }")), [
    'undefined-variable 3:68',
  ])
})

t.test('what is captured is known behind the step, once', async (t) => {
  const captured = step('[a]', "host: x, run: 'true', capture: { ids: stdout }")
  t.same(await codesOf(`${captured}  - { assert: { ids: ['1'] } }\n`), [])
  t.same(await codesOf(`${captured}  - { host: x, run: 'true', capture: { ids: stdout } }\n`), ['name-taken 4:40'])
  const inside = step('[a]', "group: [{ host: x, run: 'true', capture: { ids: stdout } }]")
  t.same(await codesOf(`${inside}  - { assert: { ids: ['1'] } }\n`), [])
})

t.test('a file that is written needs the item in its name', async (t) => {
  const saved = (name: string) => codesOf(step('[a]', `host: x, run: 'true', save: { stdout: ${name} }`))
  t.same(await saved('log.txt'), ['same-file 3:59'])
  t.same(await saved("'${{ item }}.txt'"), [])
  t.same(await codesOf(step('[a]', 'host: x, copy: { get: /etc/hosts, to: hosts }')), ['no-assertion 2:1', 'same-file 3:59'])
  const { problems } = await load(`scenario: x\n${step('{ list: [a], name: job }', "host: x, run: 'true', save: { stdout: a }")}`)
  t.match(problems[0], { expected: 'a name with the item in it: ${{ job }}' })
})

t.test('a group is judged and captured by what its steps found', async (t) => {
  const group = (more: string) => codesOf(`steps:\n  - { group: [{ host: x, run: 'true' }], ${more} }\n`)
  t.same(await group("expect: { 'steps[0].exit': 0 }, capture: { codes: 'steps[*].exit' }"), [])
  t.same(await group('expect: { stdout: a }'), ['unknown-result 3:52'])
  t.same(await group('until: { within: 1s }'), ['key-not-here 3:42'])
})

t.test('an invariant is polled for one thing', async (t) => {
  t.same(await codesOf(`invariants:\n  a: { host: x, run: 'true', forEach: [a] }\n${step('[a]')}`), ['unknown-key 3:30'])
})

t.test('a step file may do so too, for each of its inputs', async (t) => {
  const files = {
    'dir/u.yaml': "inputs: { names: { type: array } }\nsteps:\n  - { forEach: '${{ names }}', host: x, run: 'echo ${{ item }}' }\n",
  }
  const { steps } = await scenarioOf(
    "scenario: x\nsteps:\n  - { forEach: [[a], [b]], use: u.yaml, with: { names: '${{ item }}' } }\n",
    files,
  )
  t.match(steps[0], { forEach: { name: 'item' }, use: { steps: [{ forEach: { list: { source: 'names' } } }] } })
})
