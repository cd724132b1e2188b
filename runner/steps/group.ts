import type { StepKind } from './kind.ts'

/** Steps at the same time. */
export const group: StepKind = {
  summary: 'Runs steps at the same time; it holds when all of them do.',
  // The language itself reads the steps.
  schema: { description: 'The steps.', type: 'array' },
  example: `
name: both services are active
group:
  - { host: master, run: systemctl is-active titus-server-master }
  - { host: gateway, run: systemctl is-active titus-server-gateway }`,
  host: 'none',
  looksNowhere: true,
  implies: {},
  asserts: true,
  results: { steps: 'The results of the steps, in their order; null of one that has none.' },
  async run(context) {
    return { steps: await context.runGroup() }
  },
}
