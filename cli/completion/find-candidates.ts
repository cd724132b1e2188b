import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Invocation } from '../command.ts'
import { findTestbed, knownWorkspaces } from '../testbed/select-testbed.ts'
import type { FindCandidates } from './complete-words.ts'

/** Looks on this computer for what a command line can name; what cannot be read offers nothing. */
export function candidatesIn(invocation: Invocation): FindCandidates {
  const { cwd, commands } = invocation
  return async (kind, start, options) => {
    if (typeof kind !== 'string') return kind
    switch (kind) {
      case 'testbed':
        return knownWorkspaces(cwd)
      case 'host':
        return findTestbed({ ...invocation, options })?.hosts.map(({ name }) => name) ?? []
      case 'reporter':
        return Object.keys((await import('../../runner/reporters/index.ts')).reporterKinds)
      case 'topic': {
        const { referenceChapters } = await import('../reference/chapters.ts')
        return (await referenceChapters(commands)).flatMap(({ topics }) => topics.map(({ name }) => name))
      }
      case 'yaml':
        return yamlFiles(start, cwd)
    }
  }
}

/** Folders, and the YAML files, that stand where the beginning of a path leads. */
function yamlFiles(start: string, cwd: string): readonly string[] {
  const folder = start.slice(0, start.lastIndexOf('/') + 1)
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true }).flatMap((entry) => {
      if (entry.name.startsWith('.') && !start.slice(folder.length).startsWith('.')) return []
      if (entry.isDirectory()) return [`${folder}${entry.name}/`]
      return /\.ya?ml$/.test(entry.name) ? [`${folder}${entry.name}`] : []
    })
  } catch {
    return []
  }
}
