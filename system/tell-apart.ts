/** Whether a name is one that `tellApart` gave for another. */
export function isToldApart(given: string, name: string): boolean {
  return given === name || (given.startsWith(`${name} (`) && /^ \(\d+\)$/.test(given.slice(name.length)))
}

/** Names that are all different, in their order: one that came before gets a number, which makes no name that is given. */
export function tellApart(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  const given = new Set(names)
  return names.map((name) => {
    let different = name
    for (let number = 2; taken.has(different) || (different !== name && given.has(different)); number += 1)
      different = `${name} (${number})`
    taken.add(different)
    return different
  })
}
