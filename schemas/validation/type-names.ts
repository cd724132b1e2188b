/** How a person calls each type of JSON Schema but for `null`, which is called as it is written, or by what it means. */
export const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
}
