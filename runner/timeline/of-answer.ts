import type { Json, JsonObject } from '../../schemas/json.ts'
import { parseJson } from '../../schemas/json-text.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Moment } from './moment.ts'
import { momentsOfActivities } from './of-activities.ts'
import { momentsOfConsole } from './of-console.ts'

/** What a machine answered when it was asked what it knows. */
export interface Answer {
  readonly host: string
  /** The name of the question: `journal`, `unit-docker.service`, `container-details`, … */
  readonly name: string
  readonly text: string
  /** By how much the clock of the machine was ahead, in milliseconds. */
  readonly skewMs: number
}

/** The moments that an answer tells: lines of the journal, of the console, of containers, their beginnings and ends, states of tasks and jobs,
 *  what Auto Scaling did. */
export function momentsOfAnswer(answer: Answer): readonly Moment[] {
  const { host, name, text, skewMs } = answer
  const found = readersOf(name).flatMap((read) => read(text, name))
  return found.map((moment) => ({ ...moment, at: moment.at - skewMs, host }))
}

type Reader = (text: string, name: string) => readonly Omit<Moment, 'host'>[]

function readersOf(name: string): readonly Reader[] {
  if (name === 'journal' || name.startsWith('unit-')) return [readJournal]
  if (name === 'container-details') return [readContainers]
  if (name === 'container-logs') return [readContainerLogs]
  if (name === 'console') return [momentsOfConsole]
  if (name === 'scaling-activities') return [(text) => momentsOfActivities(objectIn(text))]
  return name.startsWith('titus-') ? [readStates] : []
}

/** Lines as journalctl writes them with --output=short-iso-precise. */
function readJournal(text: string, name: string): readonly Omit<Moment, 'host'>[] {
  const ofUnit = name.startsWith('unit-') ? name.slice('unit-'.length) : undefined
  return text.split('\n').flatMap((line) => {
    const [, stamp, program, rest] = /^(\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:?\d\d) \S+ ([^\s:[]+)(?:\[\d+\])?: ?(.*)$/.exec(line) ?? []
    if (stamp === undefined || program === undefined) return []
    return [{ at: stampOf(stamp), kind: 'journal' as const, unit: ofUnit ?? program, text: `${program}: ${rest ?? ''}` }]
  })
}

/** What docker inspect says of one container after the other. */
function readContainers(text: string): readonly Omit<Moment, 'host'>[] {
  return text.split(/^(?=\[$)/m).flatMap((part) => {
    const [container] = listIn(part)
    if (!isObject(container)) return []
    const state = isObject(container['State']) ? container['State'] : {}
    const unit = textOf(container['Name']).replace(/^\//, '')
    const image = isObject(container['Config']) ? textOf(container['Config']['Image']) : ''
    const tell = (stamp: Json | undefined, what: string) =>
      typeof stamp !== 'string' || stamp.startsWith('0001-') ? [] : [{ at: stampOf(stamp), kind: 'container' as const, unit, text: what }]
    const killed = state['OOMKilled'] === true ? ', out of memory' : ''
    return [
      ...tell(container['Created'], `container made of ${image}`),
      ...tell(state['StartedAt'], 'container started'),
      ...tell(state['FinishedAt'], `container ended with exit code ${textOf(state['ExitCode'])}${killed}`),
    ]
  })
}

/** What containers wrote, as docker logs --timestamps has it, each behind a line with its id. */
function readContainerLogs(text: string): readonly Omit<Moment, 'host'>[] {
  let unit = ''
  return text.split('\n').flatMap((line) => {
    const [, id] = /^== (\w+)$/.exec(line) ?? []
    unit = id?.slice(0, 12) ?? unit
    const [, stamp, rest] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/.exec(line) ?? []
    return stamp === undefined ? [] : [{ at: stampOf(stamp), kind: 'container' as const, unit, text: rest ?? '' }]
  })
}

/** The states of jobs and tasks, as the API of Titus tells them with all that were before. */
function readStates(text: string): readonly Omit<Moment, 'host'>[] {
  const whole = objectIn(text)
  const items = whole === undefined ? [] : whole['items']
  if (!Array.isArray(items)) return []
  return (items as readonly Json[]).filter(isObject).flatMap((item) => {
    const history = Array.isArray(item['statusHistory']) ? (item['statusHistory'] as readonly Json[]) : []
    const [unit, what] = [textOf(item['id']), item['jobId'] === undefined ? 'job' : 'task']
    return [...history, item['status'] ?? null].filter(isObject).flatMap(({ state, timestamp, reasonCode, reasonMessage }) => {
      const why = [textOf(reasonCode), textOf(reasonMessage)].filter((part) => part !== '').join(': ')
      const at = Number(timestamp)
      return Number.isNaN(at) ? [] : [{ at, kind: 'task' as const, unit, text: `${what} ${textOf(state)}${why === '' ? '' : ` (${why})`}` }]
    })
  })
}

/** A text or a number of an answer; nothing of what is neither. */
function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A stamp in milliseconds; JavaScript takes no more than three digits of a second. */
function stampOf(stamp: string): number {
  const [, head = '', fraction = '', zone = ''] = /^([\d-]+T[\d:]+)(\.\d+)?(Z|[+-][\d:]+)$/.exec(stamp) ?? []
  const whole = Date.parse(`${head}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`)
  return whole + Math.round(Number(`0${fraction}`) * 1e6) / 1000
}

function listIn(text: string): readonly Json[] {
  const end = text.lastIndexOf(']')
  try {
    const value = parseJson(text.slice(text.indexOf('['), end + 1))
    return Array.isArray(value) ? (value as readonly Json[]) : []
  } catch {
    return []
  }
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
