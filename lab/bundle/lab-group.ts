import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../run-program.ts'
import { createControlGroup, isUnified } from './cgroup.ts'

const ownGroup = (name: string): string => `titus-bed/${name}`
const scopeName = (name: string): string => `titus-bed-${name}.scope`
const scopeGroup = (name: string): string => `system.slice/${scopeName(name)}`

/** Every cgroup that can hold processes of a lab, relative to the roots of the hierarchies. */
export const labGroups = (name: string): readonly string[] => [ownGroup(name), ...(isUnified() ? [scopeGroup(name)] : [])]

/**
 * Makes a lab's cgroup and says where it is. Where systemd rules a unified hierarchy, the group is a scope that systemd
 * delegates to the caller, who is moved into it; elsewhere it is a group of our own at the root.
 * @returns  the path relative to the hierarchies' roots; it holds no process itself once the caller has entered a child
 * @see https://systemd.io/CGROUP_DELEGATION/
 */
export const createLabGroup = async (name: string): Promise<string> => {
  if (isUnified() && existsSync('/run/systemd/system') && (await requestScope(name))) return scopeGroup(name)
  createControlGroup(ownGroup(name))
  return ownGroup(name)
}

const requestScope = async (name: string): Promise<boolean> => {
  const hasAnswer = await runProgram(['busctl', ...buildScopeCall(scopeName(name), process.pid)]).then(
    () => true,
    () => false,
  )
  const deadline = Date.now() + 5000
  while (hasAnswer && Date.now() < deadline) {
    if (readFileSync('/proc/self/cgroup', 'utf8').includes(`/${scopeGroup(name)}\n`)) return true
    await sleep(20)
  }
  return false
}

/** The busctl(1) arguments that ask systemd for a delegated scope around a process. */
export const buildScopeCall = (scope: string, pid: number): string[] => [
  'call',
  'org.freedesktop.systemd1',
  '/org/freedesktop/systemd1',
  'org.freedesktop.systemd1.Manager',
  'StartTransientUnit',
  'ssa(sv)a(sa(sv))',
  scope,
  'fail',
  '5',
  'PIDs',
  'au',
  '1',
  String(pid),
  'Delegate',
  'b',
  'true',
  'CollectMode',
  's',
  'inactive-or-failed',
  'Slice',
  's',
  'system.slice',
  'Description',
  's',
  'titus-bed lab',
  '0',
]
