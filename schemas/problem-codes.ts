import { clusterCodes } from './cluster-codes.ts'
import { commandCodes } from './command-codes.ts'
import { runCodes } from './run-codes.ts'

/** What a code stands for: why a problem has it, and what a person does about it. A sentence each. */
export interface CodeMeaning {
  readonly cause: string
  readonly cure: string
}

/** Problems of a file, whatever it describes: its bytes, its YAML, its schema. */
const fileCodes = {
  'no-such-file': {
    cause: 'A file that is named cannot be read, or is no regular file.',
    cure: 'Correct the path, or make the file.',
  },
  'file-outside': {
    cause: 'A scenario names a file outside of its folder and of the project, or behind a hidden name.',
    cure: 'Name a file in one of the two folders, or add --allow-local; hidden names are never opened.',
  },
  'not-taken': { cause: 'A folder holds more than the files that are taken from it.', cure: 'Name what else is meant.' },
  'empty-file': { cause: 'The file holds nothing.', cure: 'Write what is expected there.' },
  'not-text': { cause: 'Bytes are no UTF-8, or a character is none that YAML takes.', cure: 'Save the file as UTF-8 text.' },
  'too-large': {
    cause: 'The file is longer, or has more values, than any that is meant.',
    cure: 'Divide the file; repeat less by aliases.',
  },
  'too-deep': { cause: 'Values are nested deeper than any that are meant.', cure: 'Nest the values less.' },
  'yaml-syntax': { cause: 'The text is not YAML.', cure: 'Check the indentation, the quotes and the brackets.' },
  'yaml-version': { cause: 'The file asks for another YAML than 1.2.', cure: 'Remove the %YAML line.' },
  'several-documents': { cause: 'The file holds more than one document.', cure: 'Remove the line --- and what follows.' },
  'unknown-tag': { cause: 'A value has a tag that means nothing here.', cure: 'Remove the tag.' },
  'unknown-anchor': {
    cause: 'An alias names an anchor that does not stand above it.',
    cure: 'Define the anchor first, or quote the text.',
  },
  'alias-cycle': { cause: 'An alias stands inside of what it names.', cure: 'Write the value out.' },
  'key-not-text': { cause: 'A key is a list, a mapping or an alias.', cure: 'Quote a value that begins with a brace or a bracket.' },
  'merge-key': { cause: 'The merge key << is no part of YAML 1.2.', cure: 'Write the keys out.' },
  'duplicate-key': { cause: 'A mapping has the same key twice.', cure: 'Remove one of the two.' },
  'quote-expression': { cause: 'YAML takes the braces of an expression for its own.', cure: 'Put the value in quotes: "${{ … }}".' },
  'unknown-key': { cause: 'No such key exists at this place.', cure: 'Use one of the keys that are listed.' },
  'missing-key': { cause: 'A key that has to be there is not.', cure: 'Add the key.' },
  'bad-name': { cause: 'A name has another form than names have here.', cure: 'Use letters, digits and underscores as the message says.' },
  'control-character': {
    cause: 'A name holds a character that a terminal or a report would obey.',
    cure: 'Remove it; write the name in one line.',
  },
  'wrong-type': { cause: 'A value is of another type than is expected.', cure: 'Write a value of the type that is told.' },
  'wrong-form': { cause: 'A text has another form than is expected.', cure: 'Write it in the form that is told.' },
  'unknown-value': { cause: 'A value is none of those that may stand here.', cure: 'Use one of the values that are listed.' },
  'out-of-range': { cause: 'A number is too small or too large.', cure: 'Use a number within the limit that is told.' },
  'too-many': { cause: 'A text, a list or a mapping has too much in it.', cure: 'Leave as much in it as is expected.' },
  'too-few': { cause: 'A text, a list or a mapping has too little in it.', cure: 'Fill it, or remove its key.' },
  'duplicate-item': { cause: 'A list holds the same item twice.', cure: 'Remove one of the two.' },
  'several-of': { cause: 'Keys stand together of which there is one.', cure: 'Keep one; a step that does two things is two steps.' },
  'none-of': { cause: 'None of the keys is there of which one is needed.', cure: 'Add one of the keys that are listed.' },
  'not-together': { cause: 'Keys stand together that exclude each other.', cure: 'Remove one of them.' },
  'ambiguous-form': { cause: 'A value fits more than one of the forms.', cure: 'Write it so that one form alone fits.' },
  invalid: { cause: 'A value does not meet a rule of its schema.', cure: 'Compare it with what is expected.' },
  'ambiguous-scalar': {
    cause: 'YAML reads a plain value as another one than is written.',
    cure: 'Quote the text, or write the value as it reads.',
  },
  'number-not-finite': { cause: 'A number is infinite, or none.', cure: 'Write a finite number.' },
  'number-too-large': { cause: 'A whole number has more digits than a number keeps.', cure: 'Quote it, if it is a text.' },
} as const

/** Problems of scenarios and step files that loading finds. */
const scenarioCodes = {
  'bad-host': { cause: 'A text names no host, or a group where one machine is meant.', cure: 'Use one of the names that are listed.' },
  'unknown-host': { cause: 'The testbed has no host of that name.', cure: 'Use one of the names that are listed.' },
  'missing-host': { cause: 'A step does not say where it acts from.', cure: 'Add host: with the name of a machine.' },
  'key-not-here': { cause: 'Steps of this kind do not take the key.', cure: 'Remove the key, or move it to a step that takes it.' },
  'same-file': {
    cause: 'A step that is done for each item of a list writes the same file for all of them.',
    cure: 'Name the file by the item.',
  },
  'until-too-rare': {
    cause: 'A step that waits looks so rarely that its time is over after the first look.',
    cure: 'Make every: smaller than within:.',
  },
  'warning-too-late': {
    cause: 'A step would warn of being late only when its time is over.',
    cure: 'Make warnAfter: smaller than within:.',
  },
  'unknown-invariant': {
    cause: 'A step names an invariant that its scenario has not, or stands where none can be named.',
    cure: 'Use one of the names that are listed, or write the invariant out under while:.',
  },
  'until-without-expect': { cause: 'A step waits, and nothing is expected of it.', cure: 'Add expect: beside until:.' },
  'not-idempotent': {
    cause: 'A step would repeat what changes something each time.',
    cure: 'Add idempotent: true, or wait in another step.',
  },
  'expression-in-script': { cause: 'A value inside a script would be run as code.', cure: 'Give the value by env: and read the variable.' },
  'expression-not-here': {
    cause: 'An expression stands where none is evaluated.',
    cure: 'Write a fixed text, or JMESPath without ${{ }}.',
  },
  'not-an-expression': { cause: 'A condition is more than one expression.', cure: 'Write ${{ expression }} and nothing around it.' },
  'expression-syntax': { cause: 'An expression is no JMESPath.', cure: 'Correct it at the caret.' },
  'unterminated-expression': { cause: 'A ${{ is never closed.', cure: 'Close it with }}, or write $${{ for the characters.' },
  'unknown-function': { cause: 'JMESPath has no function of that name.', cure: 'Use one of the functions that are listed.' },
  'undefined-variable': { cause: 'An expression reads what has no value there.', cure: 'Use one of the variables that are listed.' },
  'field-not-variable': {
    cause: 'A filter compares with a name that is a variable too, and reads it of its items.',
    cure: 'Write $.name for the variable (over a result: capture, and assert later), or @.name for the field.',
  },
  'used-before-captured': { cause: 'A step reads what a later one captures.', cure: 'Move the step behind the one that captures it.' },
  'name-taken': { cause: 'A name is given a value for the second time.', cure: 'Choose another name: a value never changes.' },
  'unknown-result': { cause: 'The result of a step has no such part.', cure: 'Use one of the parts that are listed.' },
  'unknown-matcher': { cause: 'No matcher has that name.', cure: 'Use one that is listed; compare mappings by equals or like.' },
  'bad-pattern': { cause: 'A text is no regular expression.', cure: 'Correct it; JavaScript reads it.' },
  'whole-text-pattern': {
    cause: 'A pattern begins with ^ and ends with $, and is for a text that may have several lines.',
    cure: 'Give the flag m where a line is meant; leave it where the whole text is.',
  },
  'bad-schema': { cause: 'The argument of a matcher is no JSON Schema.', cure: 'Correct the schema.' },
  'bad-json': { cause: 'A text that has to be JSON is not.', cure: 'Correct it at the position that is told.' },
  'bad-duration': { cause: 'A duration is zero, or longer than a timer takes.', cure: 'Use more than 0 and at most 24 days.' },
  'bad-command-line': { cause: 'A command cannot be split into words.', cure: 'Close the quotes, or write a list of words.' },
  'bad-call': { cause: 'A call of the AWS CLI cannot be split into words.', cure: 'Close the quotes.' },
  'changing-call': {
    cause: 'A call of the AWS API changes something, or is not written as the API names it.',
    cure: 'Use one that begins with Describe, Get, List, Head or Lookup.',
  },
  'credential-call': {
    cause: 'A call of the AWS API only reads, and what it gives is a credential.',
    cure: 'Ask for something that may stand in a report.',
  },
  'unknown-call': { cause: 'A service of AWS has no call of that name.', cure: 'Write it as the API does: DescribeInstances.' },
  'unknown-cell': { cause: 'A table or matrix names a row or column that it has not.', cure: 'Use one of the names that are listed.' },
  'missing-cell': { cause: 'A table does not say what one of its cells must be.', cure: 'Add the cell.' },
  'use-cycle': { cause: 'Step files use each other in a circle.', cure: 'Break the circle.' },
  'needs-cycle': { cause: 'Scenarios need each other in a circle.', cure: 'Break the circle: what both need can be a third scenario.' },
  'not-a-scenario': { cause: 'A scenario needs a file that is none.', cure: 'Name a scenario file; steps are run by use:.' },
  'unknown-input': { cause: 'A step file has no such input.', cure: 'Use one of the inputs that are listed.' },
  'missing-input': { cause: 'An input that a step file needs is not given.', cure: 'Give it under with:.' },
  'duplicate-row': { cause: 'Two rows of a matrix have the same values.', cure: 'Remove one of the two.' },
  'unknown-capability': { cause: 'No testbed has a capability of that name.', cure: 'Use one of the names that are listed.' },
  'missing-secret': {
    cause: 'A scenario takes a secret from an environment variable that is not there, or too short to be masked.',
    cure: 'Export the variable before titus-bed is called.',
  },
  'unknown-variable': { cause: 'A value is given for a variable that no scenario has.', cure: 'Use one of the names that are listed.' },
  'no-assertion': { cause: 'A scenario asserts nothing, so that it could not fail.', cure: 'Add a step with expect:.' },
} as const

/** Every code that a problem can have, with its cause and its cure. The reference and `explain` print them; a code that is not here cannot
 *  be written, and one that nothing uses fails a test. */
export const problemCodes = { ...fileCodes, ...clusterCodes, ...scenarioCodes, ...runCodes, ...commandCodes } as const

/** A stable identifier of what is wrong, in kebab-case, such as `unknown-key`. Tests assert on it, not on prose. */
export type ProblemCode = keyof typeof problemCodes

/** The codes by where they are met, for the reference. */
export const codeGroups: readonly { readonly title: string; readonly codes: Readonly<Record<string, CodeMeaning>> }[] = [
  { title: 'Files', codes: fileCodes },
  { title: 'The cluster', codes: clusterCodes },
  { title: 'Scenarios and step files', codes: scenarioCodes },
  { title: 'Runs', codes: runCodes },
  { title: 'The command line', codes: commandCodes },
]
