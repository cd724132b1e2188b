import { TestbedError } from '../../schemas/failure.ts'

/** @throws TestbedError when a testbed stands in another account than the one that somebody is logged in to */
export function requireSameAccount(testbed: string, standsIn: string | undefined, loggedInTo: string): void {
  if (standsIn === undefined || standsIn === loggedInTo) return
  throw new TestbedError(`testbed ${testbed} stands in account ${standsIn}, and you are logged in to ${loggedInTo}`, {
    hint: `log in to account ${standsIn}`,
  })
}
