/** A number with what it counts, in the singular for one: `1 scenario`, `2 scenarios`.
 *  @param plural  where it is not the singular with an s */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}
