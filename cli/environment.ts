/** The environment variables that titus-bed reads, each with what it does. Those of the AWS SDKs are theirs to explain. */
export const environmentMeanings = {
  HOME: 'The home folder: images are kept in `~/.cache/titus-bed`, and Terraform looks for its settings there.',
  XDG_CACHE_HOME: 'The folder for caches, in place of `~/.cache`.',
  PATH: 'Where Terraform (or OpenTofu), the OpenSSH client and the programs of the lab are looked for.',
  TF_CLI_CONFIG_FILE: 'The settings file of Terraform, which may name a mirror of the providers.',
  AWS_ENDPOINT_URL: 'Another address than that of AWS; `apply` on AWS warns that it is set. The lab needs none.',
  NO_COLOR: 'Set to anything: no colours.',
  FORCE_COLOR: 'Set to anything but 0: colours also where no person watches.',
  CI: 'Set to anything: plain lines in place of lines that move.',
  TERM: 'With `dumb`: plain lines in place of lines that move.',
} as const
