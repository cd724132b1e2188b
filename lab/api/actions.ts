/** An API call as IAM names it: `ec2:RunInstances`. */
export interface Action {
  readonly service: string
  readonly action: string
}

/** Splits `ec2:RunInstances`; undefined when there is no action in it (a request that was refused before it had one). */
export function parseAction(text: string): Action | undefined {
  const [service = '', action = ''] = text.split(':', 2)
  return service === '' || action === '' || action === 'None' ? undefined : { service, action }
}

/** Whether an action changes nothing, by the naming that all of AWS keeps to. */
export function isReadOnly({ action }: Action): boolean {
  return /^(Describe|Get|List|Head)/.test(action)
}
