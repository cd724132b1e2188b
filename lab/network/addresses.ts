/** The addresses of the lab that no API gives: where a machine finds what AWS itself would answer. */
export const fixedAddresses = {
  /** AWS endpoints and the names of Docker Hub (TEST-NET-2, RFC 5737). */
  endpoints: '198.51.100.1',
  /** Instance metadata. */
  metadata: '169.254.169.254',
  /** The second address of the resolver, the same in every VPC. */
  resolver: '169.254.169.253',
  /** This computer as the lab sees it: "the internet" (TEST-NET-3, RFC 5737). */
  internet: '203.0.113.1',
} as const
