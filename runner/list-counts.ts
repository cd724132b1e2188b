/** How many of each, without those of which there are none: `3 passed, 1 failed`; empty where there are none at all. */
export function listCounts(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).filter(([, count]) => count > 0)
  return told.map(([name, count]) => `${count} ${name}`).join(', ')
}
