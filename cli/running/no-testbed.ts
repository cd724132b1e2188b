import type { Testbed } from '../../schemas/testbed.ts'

/** What scenarios run on that need no testbed: this computer alone. */
export const noTestbed: Testbed = { name: 'local', target: 'hosts', region: '', account: '', hosts: [], outputs: {}, api: {} }
