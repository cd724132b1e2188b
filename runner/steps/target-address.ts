import type { Testbed } from '../../schemas/testbed.ts'

/** The private address of a machine of the testbed by its name; undefined for any other name, which is for the network to resolve. */
export function addressOfName(name: string, { hosts }: Pick<Testbed, 'hosts'>): string | undefined {
  return hosts.find((host) => host.name === name)?.address
}

/** A URL in which a member of a group, whose name no URL can hold (`http://agents[0]:5051/`), is its address. */
export function withMemberAddress(url: string, testbed: Pick<Testbed, 'hosts'>): string {
  return url.replace(/^(https?:\/\/)([A-Za-z][\w-]*\[\d+\])(?=[:/?#]|$)/i, (whole, scheme: string, name: string) => {
    const address = addressOfName(name, testbed)
    return address === undefined ? whole : `${scheme}${address}`
  })
}
