import { entriesOf } from '../../schemas/yaml/located-node.ts'
import { parseLocatedYaml } from '../../schemas/yaml/located-yaml.ts'

/** The descriptions that hosts can be adopted from. */
export const sources = ['ssh', 'ansible', 'terraform'] as const

/** One of them. */
export type Source = (typeof sources)[number]

/** What a text describes hosts in: an OpenSSH configuration, an Ansible inventory, or what `terraform output -json` prints; undefined when it
 *  looks like none of them. */
export function guessSource(text: string): Source | undefined {
  const lines = text.split('\n').filter((line) => !/^\s*([#;]|$)/.test(line))
  if (lines.some((line) => /^\s*(host|match|include)[\s=]/i.test(line))) return 'ssh'
  if (/^\s*\{/.test(text)) return 'terraform'
  if (lines.some((line) => /^\[[^\]]+\]\s*$/.test(line) || /\sansible_\w+=/.test(line))) return 'ansible'
  const { root } = parseLocatedYaml(text, '')
  const groups = entriesOf(root).flatMap(({ value }) => entriesOf(value))
  return groups.some(({ key }) => ['hosts', 'children', 'vars'].includes(key)) ? 'ansible' : undefined
}
