let unfinished = 0

/** Does what must not be left half-made: Terraform saves its state, steps under `always` run. The first Ctrl-C waits for it, and for nothing else. */
export async function finish<T>(work: () => Promise<T>): Promise<T> {
  unfinished += 1
  try {
    return await work()
  } finally {
    unfinished -= 1
  }
}

/** Whether something must not be left as it is now. */
export function isUnfinished(): boolean {
  return unfinished > 0
}
