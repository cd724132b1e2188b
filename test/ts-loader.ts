/** What lets a program of its own run the sources as they are: the value of `node --import`. */
export const tsLoader = new URL('../setup/ts-loader.mjs', import.meta.url).href
