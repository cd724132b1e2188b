import type { InstanceView } from './instance-view.ts'

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
