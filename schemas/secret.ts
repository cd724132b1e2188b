/** How many characters a secret has at least: what is shorter stands in too many other texts to be masked. */
export const shortestSecret = 4
