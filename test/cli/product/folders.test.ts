import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { builtPackages, cacheFolder, labFolder, launcherRoot, productRoot } from '../../../cli/product/folders.ts'

t.test('images are kept in the cache folder of the person, wherever that is', async (t) => {
  t.equal(cacheFolder({ HOME: '/home/me' }), '/home/me/.cache/titus-bed')
  t.equal(cacheFolder({ HOME: '/home/me', XDG_CACHE_HOME: '/big/cache' }), '/big/cache/titus-bed')
  t.equal(cacheFolder({}), join(homedir(), '.cache/titus-bed'))
})

t.test('the launcher stands beside what was built, and in the root of the sources', async (t) => {
  t.ok(existsSync(join(launcherRoot(), 'bin/titus-bed.cjs')))
  t.equal(launcherRoot('/opt/titus-bed/dist'), '/opt/titus-bed')
  t.equal(launcherRoot(productRoot()), productRoot())
  t.equal(labFolder({ folder: '/work/.titus-bed/blue' }), '/work/.titus-bed/blue/lab')
})

t.test('packages that were built are found from the sources and from what was built of them', async (t) => {
  const root = t.testdir()
  t.equal(builtPackages(root), join(root, 'deb/packages'), 'where they will be')
  for (const place of ['dist/deb/packages', 'deb/packages']) {
    mkdirSync(join(root, place), { recursive: true })
    writeFileSync(join(root, place, 'packages.json'), '{}')
    t.equal(builtPackages(root), join(root, place))
  }
})
