/** Problems of what is typed on the command line. */
export const commandCodes = {
  'bad-usage': { cause: 'A command line lacks something, or has too much.', cure: 'See titus-bed help and the name of the command.' },
  'bad-option': { cause: 'An option has a value that it does not take.', cure: 'Use a value that is told.' },
  'unknown-target': { cause: 'No target has that name.', cure: 'Use lab or aws.' },
  'unknown-format': { cause: 'No format has that name.', cure: 'Use one of the formats that are listed.' },
  'unknown-shell': { cause: 'No script completes command lines in that shell.', cure: 'Use one of the shells that are listed.' },
  'unknown-reporter': { cause: 'No reporter has that name.', cure: 'Use one of the reporters that are listed.' },
  'bad-report': {
    cause: 'A report cannot be written where it was asked to, or two go to the same place.',
    cure: 'Name a file of its own in a folder that you may write to.',
  },
  'unknown-topic': { cause: 'The reference has no topic of that name.', cure: 'See them all: titus-bed explain.' },
  'unknown-output': { cause: 'The testbed has no output of that name.', cure: 'Use one of the outputs that are listed.' },
  'nothing-selected': { cause: 'The options select no scenario.', cure: 'See titus-bed run --help for what selects.' },
  'not-confirmed': { cause: 'A question was not answered with yes.', cure: 'Answer it, or add --yes.' },
  'unknown-source': {
    cause: 'Hosts cannot be adopted from that.',
    cure: 'Give an OpenSSH configuration, an Ansible inventory or what terraform output -json prints.',
  },
  'no-such-run': { cause: 'No run of that name left anything here.', cure: 'Name one of the runs that are listed.' },
  'no-journal': {
    cause: 'A file or folder that is named holds no journal of a run.',
    cure: 'Name a journal.jsonl, or a folder with some.',
  },
  'nothing-kept': { cause: 'No run kept anything that could be gone on with or cleared away.', cure: 'Run with --keep-on-fail first.' },
  'nothing-adopted': { cause: 'A description names no host that could be taken.', cure: 'See the notes for what was left out, and why.' },
  'file-exists': { cause: 'A file that would be written is there already.', cure: 'Choose another folder.' },
  'no-such-key': {
    cause: 'The key that cluster.yaml or a file of hosts names cannot be read.',
    cure: 'Correct the path; make a key with ssh-keygen.',
  },
  'no-host-key': {
    cause: 'A file of hosts does not say by which key a machine is known.',
    cure: 'Log in with ssh once and compare the fingerprint, or list the key under hostKeys.',
  },
  'hop-cycle': { cause: 'The way to a host leads over that host.', cure: 'Correct hops: in the file of hosts.' },
  'not-owned': {
    cause: 'A command that changes testbeds was given hosts that titus-bed did not raise.',
    cure: 'Use run, status, ssh, exec and ssh-config; who raised the hosts removes them.',
  },
  'target-changed': { cause: 'The testbed stands on another target.', cure: 'Destroy it first, or give this one another name.' },
} as const
