import { readdirSync, readFileSync } from 'node:fs'
import { labName } from '../lab/bundle/lab-file.ts'
import { labGroups } from '../lab/bundle/lab-group.ts'
import { listProcesses } from '../lab/bundle/cgroup.ts'
import type { Bench, Figure } from './figure.ts'

/** What a process holds. */
interface Held {
  readonly mebibytes: number
  readonly files: number
}

/** A process that was there before the runs, with what it held then. */
interface Watched extends Held {
  readonly pid: number
  readonly name: string
}

/**
 * How much the processes of a lab and of its machines grow that stay while scenarios run again and again: the lab's own, the stand-ins of
 * Titus and Mesos, Docker and systemd.
 *
 * @param stateDir  the lab's
 * @param run       runs scenarios once
 * @throws Error when a program of ours ended meanwhile: one that was started anew would hide its growth
 */
export async function measureLabGrowth(
  { minutes, say, signal }: Pick<Bench, 'minutes' | 'say' | 'signal'>,
  stateDir: string,
  run: () => Promise<unknown>,
): Promise<readonly Figure[]> {
  // What starts at its first use is there before it is watched.
  await run()
  const before = listProcesses(labGroups(labName(stateDir))[0] ?? '').flatMap(watch)
  const looks = [before]
  const [ends, every] = [performance.now() + minutes * 60_000, (minutes * 60_000) / 10]
  let [runs, next] = [1, performance.now() + every]
  for (; performance.now() < ends && !signal.aborted; runs += 1) {
    await run()
    if (performance.now() < next) continue
    next = performance.now() + every
    const now = before.flatMap(({ pid }) => watch(pid))
    looks.push(now)
    say(`lab-growth: ${runs} runs, ${now.length} processes, ${Math.round(sum(now, 'mebibytes'))} MiB, ${sum(now, 'files')} open files`)
  }
  const last = new Set(looks.at(-1)?.map(({ pid }) => pid))
  const ended = before.filter(({ pid, name }) => !last.has(pid) && /\b(node|python3?)\b/.test(name))
  if (ended.length > 0) throw new Error(`ended meanwhile: ${ended.map(({ pid, name }) => `${name} (${pid})`).join(', ')}`)
  // A connection that was there at the beginning has processes of its own, which go with it.
  const stayed = looks.map((look) => look.filter(({ pid }) => last.has(pid)))
  for (const line of mostGrown(stayed[0] ?? [], stayed.at(-1) ?? [])) say(`lab-growth: ${line}`)
  const how = `all ${last.size} processes of the lab and its machines that stay, while scenarios run for ${minutes} min; cold: before, warm: from then on`
  const figure = (name: string, what: keyof Held, unit: 'MiB' | 'files'): Figure => {
    const [cold = 0, ...warm] = stayed.map((look) => sum(look, what))
    return { name, cold: [cold], warm, unit, how }
  }
  return [figure('lab-growth, memory', 'mebibytes', 'MiB'), figure('lab-growth, open files', 'files', 'files')]
}

/** What a process holds now; nothing when it has ended. @see proc(5) */
function watch(pid: number): readonly Watched[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const [, kib] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? []
    const name = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 3).join(' ').trim()
    // What has no memory of its own is a thread of the kernel, or has ended and waits for its parent.
    if (kib === undefined || name === '') return []
    return [{ pid, name, mebibytes: Number(kib) / 1024, files: readdirSync(`/proc/${pid}/fd`).length }]
  } catch {
    return []
  }
}

function sum(held: readonly Held[], what: keyof Held): number {
  return held.reduce((total, each) => total + each[what], 0)
}

/** The five that grew most, with both values. */
function mostGrown(before: readonly Watched[], after: readonly Watched[]): readonly string[] {
  return after
    .map((now) => ({ now, was: before.find(({ pid }) => pid === now.pid) ?? now }))
    .toSorted((a, b) => b.now.mebibytes - b.was.mebibytes - (a.now.mebibytes - a.was.mebibytes))
    .slice(0, 5)
    .map(
      ({ now, was }) => `${now.name}: ${was.mebibytes.toFixed(1)} -> ${now.mebibytes.toFixed(1)} MiB, ${was.files} -> ${now.files} files`,
    )
}
