/** A client of an AWS service, as the SDK makes it. */
export interface SdkClient {
  send(command: unknown, options: { readonly abortSignal: AbortSignal }): Promise<Readonly<Record<string, unknown>>>
  destroy(): void
}

/** What the package of a client exports: by name its class, its commands, and the models of its calls. */
export type SdkModule = Readonly<Record<string, unknown>>

/** A service of AWS: how its client is loaded, and what that is called. */
export interface AwsService {
  readonly client: string
  readonly load: () => Promise<SdkModule>
}

/** The services that can be asked, by the name that the AWS CLI gives to them. A new one is one line here, and one in `read-calls.ts`. */
export const awsServices: Readonly<Record<string, AwsService>> = {
  ec2: { client: 'EC2Client', load: () => import('@aws-sdk/client-ec2') },
  autoscaling: { client: 'AutoScalingClient', load: () => import('@aws-sdk/client-auto-scaling') },
  s3: { client: 'S3Client', load: () => import('@aws-sdk/client-s3') },
  sts: { client: 'STSClient', load: () => import('@aws-sdk/client-sts') },
}
