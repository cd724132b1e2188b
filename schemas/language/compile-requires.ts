import { allCapabilities } from '../capabilities.ts'
import type { Place, Problem } from '../problem.ts'
import type { Requirement } from '../scenario.ts'
import type { LocatedNode, LocatedScalar } from '../yaml/located-node.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { StepKinds } from './build-scenario-schema.ts'
import { compileExpression } from './expression.ts'
import { childNodes, findReads } from './expression-reads.ts'
import type { SyntaxNode } from './expression-reads.ts'
import { hostMembers, testbedMembers } from '../testbed.ts'
import { parseBare } from './template.ts'

/** How a capability is written, or what was meant as one: words with dots between them. */
const capabilityForm = /^[A-Za-z][\w-]*(\.[\w-]+)*$/

/** The items of `requires:`. One that is written as a capability is its name; any other is a condition over the testbed. */
export function compileRequires(node: LocatedNode | undefined, kinds: StepKinds, problems: Problem[]): readonly Requirement[] {
  const known = Object.keys(allCapabilities(kinds))
  const items = node?.kind === 'list' ? node.items : []
  return items.flatMap((item): readonly Requirement[] => {
    // The schema has already told what is no text, or an empty one.
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || item.value === '') return []
    const text = item.value
    if (known.includes(text)) return [{ type: 'capability', name: text, place: item.place }]
    const [first = ''] = text.split('.')
    if (!capabilityForm.test(text) || ['testbed', ...testbedMembers].includes(first)) return compileCondition(item, text, known, problems)
    problems.push(unknownCapability(text, item, known))
    return []
  })
}

function compileCondition(item: LocatedScalar, text: string, known: readonly string[], problems: Problem[]): readonly Requirement[] {
  const found = parseBare(text, item.place, item.locate, problems)
  for (const { name, member, index } of found?.parsed.reads ?? []) {
    if (testbedMembers.includes(name) || name === 'null') continue
    const whole = member === undefined ? name : `${name}.${member}`
    const capability = known.find((each) => each === whole) ?? known.find((each) => each.split('.')[0] === name)
    const hint =
      name === 'testbed'
        ? 'the condition is one over the testbed itself: leave out testbed and the dot'
        : capability === undefined
          ? didYouMean(name, testbedMembers)
          : `in a condition a capability is a text: contains(capabilities, '${capability}')`
    problems.push(unknownMember('a testbed', name, testbedMembers, item.locate(index), hint))
  }
  if (found === undefined) return []
  const tree = compileExpression(found.expression.source)
  for (const name of tree === undefined ? [] : readOfHosts(tree)) {
    if (hostMembers.includes(name) || name === 'null') continue
    const index = Math.max(0, text.search(new RegExp(`\\b${name}\\b`)))
    problems.push(unknownMember('a host', name, hostMembers, item.locate(index), didYouMean(name, hostMembers)))
  }
  return [{ type: 'condition', condition: found.expression }]
}

/** The names that filters of hosts read: one that is misspelt would let no host through, and the scenario be skipped for ever. */
function readOfHosts(node: SyntaxNode): readonly string[] {
  const [left, condition] = [node['left'], node['condition']] as readonly (SyntaxNode | undefined)[]
  const isOfHosts = node.type === 'FilterProjection' && left?.type === 'Field' && left['name'] === 'hosts'
  const own = isOfHosts && condition !== undefined ? findReads(condition).reads.map(({ name }) => name) : []
  return [...new Set([...own, ...childNodes(node).flatMap(readOfHosts)])].filter((name) => /^\w+$/.test(name))
}

function unknownMember(whose: string, name: string, members: readonly string[], at: Place, hint: string | undefined): Problem {
  return {
    code: 'undefined-variable',
    severity: 'error',
    place: { ...at, length: name.length },
    message: `${whose} has no "${name}"`,
    expected: `one of ${members.join(', ')}`,
    hint,
  }
}

function unknownCapability(text: string, { place }: LocatedScalar, known: readonly string[]): Problem {
  return {
    code: 'unknown-capability',
    severity: 'error',
    place,
    message: `there is no capability "${text}"`,
    expected: `one of ${known.join(', ')}, or a condition over the testbed such as length(hosts) >= \`2\``,
    hint: didYouMean(text, known) ?? 'titus-bed explain capability says what each means',
  }
}
