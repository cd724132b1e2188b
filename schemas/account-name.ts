/** The name of the testbed whose resources have the seed deployment's own names. */
const seedName = 'titus'

/** What a resource is called that is unique in an AWS account (a bucket: in the world). Every testbed but `titus` puts its own name in
 *  front, so that two fit in one account. */
export function accountName(testbed: string, name: string): string {
  return testbed === seedName ? name : `${testbed}-${name}`
}
