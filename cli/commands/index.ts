import type { Command } from '../command.ts'

/** Every command, in the order that `--help` lists them. The file of one is loaded when it is typed. */
export const commands: readonly Command[] = [
  { name: 'init', summary: 'write a cluster.yaml and first scenarios to start from', load: () => import('./init.ts') },
  { name: 'doctor', summary: 'say what this computer lacks for the lab, and how to get it', load: () => import('./doctor.ts') },
  { name: 'validate', summary: 'check cluster and scenario files; create nothing', load: () => import('./validate.ts') },
  { name: 'list', summary: 'the scenarios that run would take, with their tags', load: () => import('./list.ts') },
  { name: 'plan', summary: 'say what apply would create, change and destroy', load: () => import('./plan.ts') },
  { name: 'apply', summary: 'raise the testbed that a cluster file describes, or bring it back to that', load: () => import('./apply.ts') },
  { name: 'run', summary: 'run scenarios against the raised testbed', load: () => import('./run.ts') },
  { name: 'resume', summary: 'go on with scenarios that did not pass and were kept', load: () => import('./resume.ts') },
  { name: 'release', summary: 'clear away what scenarios that were kept have made', load: () => import('./release.ts') },
  { name: 'test', summary: 'apply, run the scenarios, destroy', load: () => import('./test.ts') },
  { name: 'report', summary: 'the page of a run, shown or served; several runs as one', load: () => import('./report.ts') },
  { name: 'history', summary: 'what past runs came to, how long things took, what got slower', load: () => import('./history.ts') },
  { name: 'status', summary: 'the machines of the testbed, as they are now', load: () => import('./status.ts') },
  { name: 'ssh', summary: 'a shell on a machine of the testbed', load: () => import('./ssh.ts') },
  { name: 'exec', summary: 'run one command on a machine, as scenario steps do', load: () => import('./exec.ts') },
  { name: 'ssh-config', summary: 'a configuration for plain OpenSSH', load: () => import('./ssh-config.ts') },
  { name: 'outputs', summary: 'the outputs of the stack', load: () => import('./outputs.ts') },
  { name: 'env', summary: 'variables that point the aws CLI at the testbed', load: () => import('./env.ts') },
  { name: 'matrix', summary: 'print the cells of the matrix, one testbed each', load: () => import('./matrix.ts') },
  { name: 'labs', summary: 'the labs that run on this computer, whoever raised them', load: () => import('./labs.ts') },
  { name: 'adopt', summary: 'write a file of hosts that titus-bed did not raise, to run against them', load: () => import('./adopt.ts') },
  { name: 'destroy', summary: 'remove the testbed and everything that belongs to it', load: () => import('./destroy.ts') },
  { name: 'explain', summary: 'say what a step, a matcher, a key, a command or a problem code means', load: () => import('./explain.ts') },
  { name: 'completion', summary: 'a script that completes command lines in bash, zsh or fish', load: () => import('./completion.ts') },
]
