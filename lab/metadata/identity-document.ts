import type { InstanceView } from './instance-view.ts'

/** By what an identity document is known to be one, each base64, as EC2 shows it.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-iid.html */
export interface Signatures {
  /** PKCS #7, with the document in it. */
  readonly pkcs7: string
  /** The same with a key of 2048 bits and SHA-256. */
  readonly rsa2048: string
  /** SHA-256 by RSA, of the document alone. */
  readonly signature: string
}

/** The instance identity document, pretty-printed as EC2 does.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html */
export function renderIdentityDocument({ instance, account, region }: InstanceView): string {
  return JSON.stringify(
    {
      accountId: account,
      architecture: instance.architecture,
      availabilityZone: instance.availabilityZone,
      billingProducts: null,
      devpayProductCodes: null,
      marketplaceProductCodes: null,
      imageId: instance.imageId,
      instanceId: instance.id,
      instanceType: instance.instanceType,
      kernelId: null,
      pendingTime: instance.launchedAt,
      privateIp: instance.privateAddress,
      ramdiskId: null,
      region,
      version: '2017-09-30',
    },
    null,
    2,
  )
}
