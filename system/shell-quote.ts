/** A word that a POSIX shell reads back as exactly this text, whatever is in it but NUL, which no word can hold. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", () => `'\\''`)}'`
}

/** The same for a person to read: bare where no shell would take any of it for a sign. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : shellQuote(text)
}
