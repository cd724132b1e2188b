import { Help } from 'commander'
import type { Command } from 'commander'

/** A line to type, or another term, and what it means. */
export type HelpItem = readonly [term: string, meaning: string]

/** The narrowest column that a meaning is wrapped in beside its term; where there is less room it stands below it. */
const leastColumn = 34

/** How help is written: wrapped at words on every terminal. For `configureHelp` of commander, whose own way leaves text as it is where
 *  the column for the meanings is narrow, so that the terminal breaks it inside of words. */
export const helpStyle: Partial<Help> = {
  minWidthToWrap: 20,
  formatItem(this: Help, term, termWidth, description, helper) {
    const width = this.helpWidth ?? 80
    if (width - termWidth - 4 >= leastColumn || description === '') {
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper)
    }
    const below = ' '.repeat(6)
    return `  ${term}\n${below}${helper.boxWrap(description, width - below.length).replaceAll('\n', `\n${below}`)}`
  },
}

/** A titled list in the style of a command's help, wrapped as it is. */
export function helpList(title: string, items: readonly HelpItem[], command: Command): string {
  const helper = helperOf(command)
  const width = Math.max(...items.map(([term]) => term.length))
  return [title, ...items.map(([term, meaning]) => helper.formatItem(term, width, meaning, helper))].join('\n')
}

/** A paragraph in the style of a command's help, wrapped as it is. */
export function helpParagraph(text: string, command: Command): string {
  const helper = helperOf(command)
  return helper.boxWrap(text, helper.helpWidth ?? 80)
}

function helperOf(command: Command): Help {
  const helper = command.createHelp()
  const helpWidth = command.configureOutput().getOutHelpWidth?.()
  helper.prepareContext(helpWidth === undefined ? {} : { helpWidth })
  return helper
}
