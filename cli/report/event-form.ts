import type { Event } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'

type Test = (value: Json) => boolean

const isPath = listOf(isNumber)
const isPlace = objectOf({ file: isText, line: isNumber })
const isCheck = objectOf({ subject: isText, explanation: isText, place: isPlace })
const isStep = objectOf({ path: isPath, name: isText, kind: isText, place: isPlace, outcome: isOutcome, checks: listOf(isCheck) })
const isEvidence = objectOf({ files: listOf(objectOf({ host: isText, name: isText, path: isText })), missing: listOf(isText) })
const ofStep = { scenario: isText, path: isPath }

/** What an event of each type has at least: without it nobody can tell it. */
const forms: Readonly<Record<Event['type'], Test>> = {
  'run-started': objectOf({ testbed: isText, target: isText, scenarios: listOf(isText) }),
  note: objectOf({ message: isText }),
  'scenario-started': objectOf({ scenario: isText, file: isText }),
  'step-started': objectOf({ ...ofStep, name: isText, kind: isText, place: isPlace }),
  poll: objectOf({ ...ofStep, attempt: isNumber, last: isText }),
  seen: objectOf({ ...ofStep, seen: listOf(isObject) }),
  'step-ended': objectOf({ scenario: isText, step: isStep }),
  'step-retried': objectOf(ofStep),
  evidence: objectOf({ scenario: isText, evidence: isEvidence }),
  'scenario-ended': objectOf({ scenario: isText, file: isText, outcome: isOutcome, durationMs: isNumber }),
  'run-ended': objectOf({ outcome: isOutcome, durationMs: isNumber, counts: isObject }),
}

/** Whether a value of a journal is an event with all that its type has at least. One of a type that is not known here, which a later version may have
 *  written, is one. */
export function isEvent(value: JsonObject): boolean {
  const type = value['type']
  return typeof type === 'string' && (!Object.hasOwn(forms, type) || forms[type as Event['type']](value))
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every((item: Json) => test(item))
}

function objectOf(parts: Readonly<Record<string, Test>>): Test {
  return (value) => isObject(value) && Object.entries(parts).every(([key, test]) => value[key] !== undefined && test(value[key]))
}

function isText(value: Json): boolean {
  return typeof value === 'string'
}

function isNumber(value: Json): boolean {
  return typeof value === 'number'
}

function isOutcome(value: Json): boolean {
  return ['passed', 'failed', 'errored', 'skipped'].includes(value as string)
}
