import { homedir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { resolveUserPath } from '../../system/user-path.ts'

t.test('a path is seen from the folder, unless it begins at the home folder or at the root', async (t) => {
  t.equal(resolveUserPath('~/.ssh/config', '/srv'), join(homedir(), '.ssh/config'))
  t.equal(resolveUserPath('keys/id', '/srv'), '/srv/keys/id')
  t.equal(resolveUserPath('../id', '/srv/a'), '/srv/id')
  t.equal(resolveUserPath('/etc/id', '/srv'), '/etc/id')
  t.equal(resolveUserPath('~other/id', '/srv'), '/srv/~other/id', 'the home of another is not looked up')
})
