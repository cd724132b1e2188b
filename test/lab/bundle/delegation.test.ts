import { mkdtempSync, rmdirSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import {
  controlGroupFolders,
  createControlGroup,
  delegateControlGroup,
  findHierarchies,
  isUnified,
  limitControlGroup,
  removeControlGroup,
} from '../../../lab/bundle/cgroup.ts'
import { buildCgroupCommand } from '../../../lab/bundle/namespaces.ts'
import { machineIds } from '../../../lab/machine-ids.ts'
import { runProgram } from '../../../lab/run-program.ts'

/* What the kernel lets the root of a machine do with the cgroup that was delegated to it: on the hierarchies of this computer, and on the
 * unified one (v2), which every kernel of today has beside them. There v1 keeps most controllers, so that limits of v2 are looked at only
 * where the computer has v2 alone. */

const script = `
for group; do
  mkdir "$group/payload" || echo "no group can be made in $group"
  for file in cpuset.cpus cpuset.mems; do
    # On v1 a new cpuset has no processors.
    [ ! -e "$group/payload/cgroup.clone_children" ] || [ ! -e "$group/$file" ] || cat "$group/$file" > "$group/payload/$file"
  done
  echo 0 > "$group/payload/cgroup.procs" || echo "no process can be moved in $group"
  for controller in $(cat "$group/cgroup.controllers" 2> /dev/null); do
    echo "+$controller" > "$group/cgroup.subtree_control" || echo "$controller cannot be given on in $group"
  done
  for limit in pids.max memory.max memory.limit_in_bytes cpu.shares cgroup.max.descendants; do
    [ ! -e "$group/$limit" ] || (echo 1000000 > "$group/$limit") 2> /dev/null && [ -e "$group/$limit" ] && echo "$limit is not root's in $group"
  done
  (echo 0 > "\${group%/*}/cgroup.procs") 2> /dev/null && echo "a process leaves $group"
  (mkdir "\${group%/*}/beside") 2> /dev/null && echo "a group can be made beside $group"
done
echo tried`

async function tryAsMachine(t: Test, root?: string): Promise<void> {
  const path = `titus-bed-test-${process.pid}/machine`
  createControlGroup(path, root)
  t.teardown(() => removeControlGroup(path.split('/')[0] ?? '', root))
  limitControlGroup(path, { processes: 50, memoryBytes: 2 ** 28 }, root)
  delegateControlGroup(path, machineIds.first, root)
  const folders = controlGroupFolders(path, root)
  const user = [`--reuid=${machineIds.first}`, `--regid=${machineIds.first}`, '--clear-groups']
  t.equal(await runProgram(buildCgroupCommand(folders, ['setpriv', ...user, 'sh', '-c', script, 'sh', ...folders])), 'tried\n')
}

t.test('on the hierarchies of this computer', async (t) => {
  t.ok(findHierarchies().length > 0)
  await tryAsMachine(t)
})

t.test('on the unified hierarchy', async (t) => {
  // The root of a machine has to be able to walk there.
  const root = mkdtempSync('/run/unified-')
  await runProgram(['mount', '-t', 'cgroup2', 'none', root])
  t.teardown(async () => {
    await runProgram(['umount', root])
    rmdirSync(root)
  })
  t.ok(isUnified(root))
  await t.test('a machine in it', (t) => tryAsMachine(t, root))
})
