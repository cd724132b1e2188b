import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../run-program.ts'
import { createControlGroup, isUnified } from './cgroup.ts'

function ownGroup(name: string): string {
  return `titus-bed/${name}`
}
function scopeName(name: string): string {
  return `titus-bed-${name}.scope`
}
function scopeGroup(name: string): string {
  return `system.slice/${scopeName(name)}`
}

/** Every cgroup that can hold processes of a lab, relative to the roots of the hierarchies. */
export function labGroups(name: string): readonly string[] {
  return [ownGroup(name), ...(isUnified() ? [scopeGroup(name)] : [])]
}

/**
 * Makes a lab's cgroup and says where it is. Where systemd rules a unified hierarchy, the group is a scope that systemd
 * delegates to the caller, who is moved into it; elsewhere it is a group of our own at the root.
 * @returns  the path relative to the hierarchies' roots; it holds no process itself once the caller has entered a child
 * @see https://systemd.io/CGROUP_DELEGATION/
 */
export async function createLabGroup(name: string): Promise<string> {
  if (isUnified() && existsSync('/run/systemd/system') && (await requestScope(name))) return scopeGroup(name)
  createControlGroup(ownGroup(name))
  return ownGroup(name)
}

async function requestScope(name: string): Promise<boolean> {
  const hasAnswer = await runProgram(['busctl', ...buildScopeCall(scopeName(name), process.pid)]).then(
    () => true,
    () => false,
  )
  const deadline = performance.now() + 5000
  while (hasAnswer && performance.now() < deadline) {
    if (readFileSync('/proc/self/cgroup', 'utf8').includes(`/${scopeGroup(name)}\n`)) return true
    await sleep(20)
  }
  return false
}

/** The busctl(1) arguments that ask systemd for a delegated scope around a process. */
function buildScopeCall(scope: string, pid: number): string[] {
  return [
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
}
