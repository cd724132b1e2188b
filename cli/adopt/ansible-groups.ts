import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { toJson } from '../../schemas/yaml/located-node.ts'
import { parseLocatedYaml } from '../../schemas/yaml/located-yaml.ts'
import { splitWords } from '../../system/split-words.ts'

/** A group of an Ansible inventory. */
export interface AnsibleGroup {
  /** By name, each with its own variables. */
  readonly hosts: Readonly<Record<string, JsonObject>>
  readonly children: readonly string[]
  readonly vars: JsonObject
}

/** The groups of an inventory, by name. What stands in no group is in `ungrouped`. */
export type AnsibleGroups = Readonly<Record<string, AnsibleGroup>>

interface OpenGroup {
  readonly hosts: Record<string, JsonObject>
  readonly children: string[]
  vars: JsonObject
}

/** Reads an inventory in YAML. @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html */
export function readYamlInventory(text: string): AnsibleGroups {
  const { root, problems } = parseLocatedYaml(text, '')
  const groups: Record<string, OpenGroup> = {}
  const add = (name: string, value: Json | undefined): void => {
    const group = (groups[name] ??= { hosts: {}, children: [], vars: {} })
    if (!isMap(value)) return
    for (const [host, vars] of Object.entries(asMap(value['hosts'])))
      for (const one of expandRange(host)) group.hosts[one] = { ...group.hosts[one], ...asMap(vars) }
    group.vars = { ...group.vars, ...asMap(value['vars']) }
    for (const [child, inner] of Object.entries(asMap(value['children']))) {
      group.children.push(child)
      add(child, inner)
    }
  }
  for (const [name, value] of Object.entries(root === undefined || problems.length > 0 ? {} : asMap(toJson(root)))) add(name, value)
  return groups
}

/** Reads an inventory in Ansible's own INI form, in which a line is a host and its variables. */
export function readIniInventory(text: string): AnsibleGroups {
  const groups: Record<string, OpenGroup> = {}
  let [name, part]: readonly (string | undefined)[] = ['ungrouped', undefined]
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || /^[#;]/.test(line)) continue
    const [, section] = /^\[([^\]]+)\]/.exec(line) ?? []
    if (section !== undefined) {
      ;[name = '', part] = section.split(':')
      groups[name] ??= { hosts: {}, children: [], vars: {} }
      continue
    }
    const group = (groups[name ?? ''] ??= { hosts: {}, children: [], vars: {} })
    if (part === 'children') group.children.push(line)
    else if (part === 'vars') {
      const [, key = '', value = ''] = /^([^=\s]+)\s*=(.*)$/.exec(line) ?? []
      group.vars = { ...group.vars, [key]: unquote(value.trim()) }
    } else {
      const words = splitWords(line.replace(/\s#.*$/, ''))
      const [host = '', ...vars] = 'message' in words ? line.split(/\s+/) : words.map((word) => word.text)
      const given = Object.fromEntries(vars.map((word) => [word.split('=', 1)[0] ?? '', word.replace(/^[^=]*=?/, '')]))
      for (const one of expandRange(host)) group.hosts[one] = { ...group.hosts[one], ...given }
    }
  }
  return groups
}

/** `web[01:03]` means three hosts, `db-[a:c]` too. */
export function expandRange(host: string): readonly string[] {
  const [whole, before = '', from = '', to = '', step = '1', after = ''] = /^([^[]*)\[(\w+):(\w+)(?::(\d+))?\](.*)$/.exec(host) ?? []
  if (whole === undefined) return [host]
  const isNumber = /^\d+$/.test(from) && /^\d+$/.test(to)
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]
  const count = Math.min(Math.floor((last - first) / Number(step)) + 1, mostHosts)
  const items = Array.from({ length: Math.max(count, 0) }, (_, index) => first + index * Number(step))
  const show = (item: number): string => (isNumber ? String(item).padStart(from.length, '0') : String.fromCodePoint(item))
  return items.flatMap((item) => expandRange(`${before}${show(item)}${after}`))
}

/** More than a testbed has. */
const mostHosts = 1000

function unquote(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}

function asMap(value: Json | undefined): JsonObject {
  return isMap(value) ? value : {}
}

function isMap(value: Json | undefined): value is JsonObject {
  return isObject(value)
}
