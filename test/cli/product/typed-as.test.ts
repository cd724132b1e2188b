import t from 'tap'
import { asTypedHere, typedAs } from '../../../cli/product/typed-as.ts'

t.test('the next command is one that works where it is typed', async (t) => {
  const root = '/home/me/titus-bed'
  const path = { PATH: '/usr/local/bin:/usr/bin' }
  t.equal(typedAs({ program: '/usr/local/bin/titus-bed', env: path, root }, '/tmp/new'), 'titus-bed', 'a global install')
  const npx = { ...path, npm_command: 'exec' }
  const linked = `${root}/node_modules/.bin/titus-bed`
  t.equal(typedAs({ program: linked, env: npx, root }, `${root}/mine`), 'npx titus-bed', 'below the clone')
  t.equal(typedAs({ program: linked, env: npx, root }, '/tmp/new'), `node ${root}/bin/titus-bed.cjs`, 'npx would find nothing there')
  t.equal(typedAs({ program: `${root}/bin/titus-bed.cjs`, env: path, root }, root), `node ${root}/bin/titus-bed.cjs`)
  t.equal(typedAs({ program: 'x', env: {}, root: "/it's here" }, '/'), `node '/it'\\''s here/bin/titus-bed.cjs'`)
})

t.test('where npx started the program, what is told to do begins so, too', async (t) => {
  const told =
    'titus-bed destroy --testbed x, or titus-bed apply; see ~/.cache/titus-bed and .titus-bed, npx titus-bed --help, titus-bed:lease'
  t.equal(asTypedHere(told, 'titus-bed'), told)
  t.equal(
    asTypedHere(told, 'npx titus-bed'),
    'npx titus-bed destroy --testbed x, or npx titus-bed apply; see ~/.cache/titus-bed and .titus-bed, npx titus-bed --help, titus-bed:lease',
  )
})
