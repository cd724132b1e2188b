import type { RoleName } from '../schemas/roles/index.ts'

/** What the stack needs beyond cluster.yaml: facts of the account, of this computer, and of the files that machines install. */
export interface StackInputs {
  /** The AWS account number, twelve digits. */
  readonly account: string
  /** Who may reach the bastion by SSH: `trustedCidr` of cluster.yaml with `auto` resolved. */
  readonly trustedCidr: string
  /** The login key in one line, as in `id_ed25519.pub`. */
  readonly publicKey: string
  /** In the order of their upload. Each lies in `packages/<file>` of the folder that Terraform works in. */
  readonly packages: readonly StackPackage[]
  /** The API is an emulator: a failed call is final sooner, because nothing there heals by waiting. */
  readonly emulated: boolean
  /** Until when the testbed may stand: RFC 3339; for ever unless given. */
  readonly lease?: string | undefined
  /** The availability zone of everything; `<region>a` unless given. */
  readonly zone?: string
}

/** A .deb file, or a container image as `docker save` writes it (.tar.gz), that machines fetch from the log bucket. */
export interface StackPackage {
  readonly name: string
  /** The file's name, without a folder. */
  readonly file: string
  /** Of the file, 64 hexadecimal digits; the machine installs nothing else. */
  readonly sha256: string
  /** The roles whose hosts fetch it. */
  readonly installedBy: readonly RoleName[]
}

/** A package whose file was found on this computer and has the content that it should have. */
export type LocalPackage = StackPackage & { readonly path: string }
