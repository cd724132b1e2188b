import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findHierarchies } from '../lab/bundle/cgroup.ts'

/** The CPU time that a machine has used, all its processes together, in milliseconds. @see https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.stat), cgroup-v1/cpuacct.html */
export function readCpuMs(instanceId: string): number {
  for (const hierarchy of findHierarchies()) {
    const group = readdirSync(hierarchy, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(`/machines/${instanceId}`))
    if (group === undefined) continue
    const folder = join(hierarchy, group)
    if (existsSync(join(folder, 'cpuacct.usage'))) return Number(readFileSync(join(folder, 'cpuacct.usage'), 'utf8')) / 1e6
    const [, usec] = existsSync(join(folder, 'cpu.stat'))
      ? (/^usage_usec (\d+)$/m.exec(readFileSync(join(folder, 'cpu.stat'), 'utf8')) ?? [])
      : []
    if (usec !== undefined) return Number(usec) / 1000
  }
  throw new Error(`no cgroup of ${instanceId} tells its CPU time`)
}
