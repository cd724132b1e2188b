import type { Test } from 'tap'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { findProgram, searchFolders } from '../../../../system/find-program.ts'

/** Starts the browser of this computer, without a window, for as long as a test lasts. @throws Error when there is none: setup/setup.sh test installs it */
export async function startBrowser(t: Test): Promise<Browser> {
  const folders = searchFolders(process.env['PATH'] ?? '')
  const found = ['chromium', 'google-chrome', 'chromium-browser'].flatMap((name) => findProgram(name, folders) ?? [])
  const [executablePath] = found
  if (executablePath === undefined) throw new Error('there is no Chromium on PATH: sh setup/setup.sh test installs it')
  // Its own fence needs rights that root in a container has not; it opens our pages alone.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  t.teardown(() => browser.close())
  return browser
}
