/** What YAML 1.2 core reads as a number in other ways than the plainest. */
const otherNumber =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/

const constants = new Map<string, null | boolean>([
  ['~', null],
  ...['null', 'Null', 'NULL'].map((name) => [name, null] as const),
  ...['true', 'True', 'TRUE'].map((name) => [name, true] as const),
  ...['false', 'False', 'FALSE'].map((name) => [name, false] as const),
])

/** What YAML 1.2 core makes of a plain scalar; undefined for numbers that are not written in the plainest way. */
export function plainValue(source: string): null | boolean | number | string | undefined {
  if (/^-?[1-9][0-9]{0,14}$|^0$/.test(source)) return Number(source)
  if (otherNumber.test(source)) return undefined
  const constant = constants.get(source)
  return constant === undefined ? source : constant
}
