import { TestbedError } from '../../schemas/failure.ts'

/** Why a machine could not be used. `host-key`: it is not the machine that it should be. `command`: no machine can be asked this. */
export type ConnectionCode = 'connection' | 'name' | 'tls' | 'host-key' | 'login' | 'forwarding' | 'interrupted' | 'command'

/** A machine could not be reached: nothing is known about the claim that was to be tested. Only codes `connection` and `name` (a name that does not resolve, yet) are worth another try. */
export class ConnectionError extends TestbedError {
  readonly code: ConnectionCode
  /** The machine is there, and what it was asked to reach gave no answer: of that much is known. */
  readonly isUnanswered: boolean
  constructor(
    code: ConnectionCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown; readonly isUnanswered?: boolean } = {},
  ) {
    super(message, options)
    this.code = code
    this.isUnanswered = options.isUnanswered ?? false
  }
}
