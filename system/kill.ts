/** Sends SIGKILL to a process; does nothing when it is gone. @param pid  of a process, or of a process group, negated */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
