import type { StepShape } from '../../../schemas/scenario.ts'

/** A registry of step kinds as the runner has one, for the tests of the language. */
export const kinds: Readonly<Record<string, StepShape>> = {
  run: {
    summary: 'Run a command on the host, without a shell.',
    schema: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string' }, minItems: 1 },
      ],
    },
    host: 'required',
    implies: { exit: 0 },
    asserts: false,
    results: { exit: '', stdout: '', stderr: '', json: '', duration: '' },
  },
  script: {
    summary: 'Run a script on the host.',
    schema: { type: 'string', minLength: 1 },
    host: 'required',
    implies: { exit: 0 },
    asserts: false,
    results: { exit: '', stdout: '', stderr: '', json: '', duration: '' },
  },
  http: {
    summary: 'Make a request from the host.',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(
          ['get', 'post', 'put', 'delete'].map((method) => [method, { type: 'string', description: `The address for ${method}.` }]),
        ),
        json: { description: 'The body, as JSON.' },
        jsonFile: { description: 'A file that holds the body.', type: 'string', format: 'file-path' },
        retries: { description: 'How often.', type: 'integer', minimum: 0 },
      },
      oneOf: ['get', 'post', 'put', 'delete'].map((method) => ({ required: [method] })),
    },
    host: 'required',
    implies: { status: '2xx' },
    asserts: false,
    results: { status: '', headers: '', body: '', json: '', duration: '' },
  },
  reach: {
    summary: 'A grid of reachability.',
    schema: {
      type: 'object',
      required: ['from', 'to'],
      additionalProperties: false,
      properties: {
        from: { description: 'The hosts.', type: 'array', items: { type: 'string', format: 'host', description: 'A host.' } },
        to: { description: 'The targets.', type: 'object', additionalProperties: { type: 'string', description: 'host:port' } },
        expect: { description: 'open or closed.', type: 'object' },
      },
    },
    host: 'none',
    implies: {},
    asserts: true,
    results: { cells: '' },
  },
  access: {
    summary: 'A truth table of AWS calls and identities.',
    schema: { type: 'object' },
    host: 'none',
    implies: {},
    asserts: true,
    results: { cells: '' },
  },
  copy: {
    summary: 'Copy a file.',
    schema: { type: 'object' },
    host: 'required',
    implies: {},
    asserts: false,
    results: { bytes: '', sha256: '' },
  },
  assert: {
    summary: 'Expectations on captured values.',
    schema: { type: 'object' },
    host: 'none',
    implies: {},
    asserts: false,
    results: { '*': '' },
  },
}
