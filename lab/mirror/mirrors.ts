import { readFileSync } from 'node:fs'
import { runProgram } from '../run-program.ts'

/** A part of a distribution's servers that this computer's apt knows. */
export interface Mirror {
  /** `http://deb.debian.org/debian/`, as this computer reaches it. */
  readonly uri: string
  readonly suite: string
  readonly component: string
}

/** The distributions whose packages a stock machine is made of. Whatever else this computer's apt knows stays its own. */
const distributions = ['Debian', 'Ubuntu']

/** What of the distribution's own servers this computer's apt knows. @see apt-get(8), "indextargets" */
export async function findMirrors(): Promise<readonly Mirror[]> {
  const format = '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)'
  return parseTargets(await runProgram(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']))
}

/**
 * Parses what `apt-get indextargets` prints, a line for each list of packages.
 * @param readList  reads a list of mirrors (`mirror+file:`), of which the first is taken
 */
export function parseTargets(text: string, readList: (path: string) => string = (path) => readFileSync(path, 'utf8')): readonly Mirror[] {
  const lines = [...new Set(text.split('\n'))].map((line) => line.split('|'))
  return lines.flatMap(([origin = '', address = '', suite = '', component = '']) => {
    const list = /^mirror\+file:(.*?)\/?$/.exec(address)?.[1]
    const uri = list === undefined ? address : (readList(list).split(/\s/, 1)[0] ?? '')
    return distributions.includes(origin) && /^https?:\/\//.test(uri)
      ? [{ uri: uri.endsWith('/') ? uri : `${uri}/`, suite, component }]
      : []
  })
}

/** The sources of a machine behind the door: the same servers, without TLS, since it is the lab that answers. */
export function renderSources(mirrors: readonly Mirror[]): string {
  return mirrors.map(({ uri, suite, component }) => `deb ${uri.replace(/^https:/, 'http:')} ${suite} ${component}\n`).join('')
}

/** The names of the servers. */
export function hostsOf(mirrors: readonly Mirror[]): readonly string[] {
  return [...new Set(mirrors.map(({ uri }) => new URL(uri).hostname))]
}

/**
 * What a machine that asks for a file of a server gets: its address as this computer reaches it.
 * @returns undefined for anything that is no file of a mirror: it does not get out
 */
export function translateRequest(mirrors: readonly Mirror[], host: string, path: string): string | undefined {
  if (!/^\/[A-Za-z0-9._~%+/:=-]*$/.test(path) || /(^|\/)(\.|%2e)*(\.|%2e)(\/|$)/i.test(path)) return undefined
  const mirror = mirrors.find(({ uri }) => new URL(uri).hostname === host && path.startsWith(new URL(uri).pathname))
  return mirror === undefined ? undefined : new URL(path, mirror.uri).href
}
