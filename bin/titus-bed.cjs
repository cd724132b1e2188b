#!/usr/bin/env node
'use strict'
// Starts what was built. In a clone it is built first where it is not there or older than its sources; an installed package is always
// built. This file is for every version of Node.js that can say which one is needed.

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error('titus-bed needs Node.js 20 or newer, this is ' + process.version + ': https://nodejs.org/en/download')
  process.exit(3)
}

const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs')
const path = require('node:path')
const root = path.join(__dirname, '..')
const isClone = existsSync(path.join(root, 'setup/build.sh'))

/** Whether something below a path is newer than a moment. */
function isNewer(place, moment) {
  const entry = statSync(place, { throwIfNoEntry: false })
  if (entry === undefined) return false
  if (!entry.isDirectory()) return entry.mtimeMs > moment
  return readdirSync(place).some((name) => isNewer(path.join(place, name), moment))
}

function isStale() {
  const built = statSync(path.join(root, 'dist/.built'), { throwIfNoEntry: false })
  if (built === undefined) return true
  const sources = readFileSync(path.join(root, 'dist/.sources'), 'utf8').trim().split(/\s+/)
  return sources.some((source) => isNewer(path.join(root, source), built.mtimeMs))
}

if (isClone && isStale()) {
  const { spawnSync } = require('node:child_process')
  const { status } = spawnSync('sh', [path.join(root, 'setup/build.sh'), '--if-stale'], { stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    console.error('titus-bed could not be built in ' + root + '; what is missing stands above\n  do: npm run setup')
    process.exit(3)
  }
}

require(path.join(root, 'dist/cli/start.cjs'))
