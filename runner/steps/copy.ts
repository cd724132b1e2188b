import type { FileHandle } from 'node:fs/promises'
import type { Json } from '../../schemas/json.ts'
import { createBoundedOutput } from '../hops/bounded-output.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import { getFile, putFile } from '../hops/transfer.ts'
import { StepError } from '../step-error.ts'
import { describeCuts } from './command.ts'
import { readProjectFile, writeProjectFile } from './files.ts'
import type { StepKind } from './kind.ts'
import { describeSaved, saveTexts } from './save-texts.ts'

interface CopyParams {
  readonly put?: string
  readonly text?: string
  readonly get?: string
  readonly to?: string
  readonly mode?: string
}

/** A file to or from the host. */
export const copy: StepKind = {
  summary: 'Copies a file to the host (`put`, or `text`) or from it (`get`); both sides must have the same sha256.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      put: { type: 'string', format: 'file-path', description: 'The file to copy to the host, relative to this one; at most 64 MiB.' },
      text: { type: 'string', description: 'The content itself, in place of a file.' },
      get: { type: 'string', description: 'The file on the host to copy from there.' },
      to: {
        type: 'string',
        description:
          'Where it goes, the name of the file included: a path on the host, or for `get` one seen from the scenario; without it `get` only reads.',
      },
      mode: {
        type: 'string',
        pattern: '^0?[0-7]{3}$',
        patternErrorMessage: 'permissions in octal, such as 0644',
        default: '0644',
        description: 'The permissions on the host, octal.',
      },
    },
    oneOf: [{ required: ['put', 'to'] }, { required: ['text', 'to'] }, { required: ['get'] }],
    description: 'What is copied, and where to.',
  },
  example: `
name: the page of the test is in place
host: bastion
copy: { text: hello, to: /tmp/page.html, mode: 0640 }
expect: { bytes: 5 }`,
  host: 'required',
  implies: {},
  asserts: false,
  texts: ['text'],
  carries: (params: Json) => [(params as CopyParams).put ?? []].flat(),
  writes: (params: Json) => ((params as CopyParams | null)?.get === undefined ? [] : [['to']]),
  results: {
    bytes: 'The size of the file.',
    sha256: 'Its checksum, the same on both sides.',
    text: 'Its text, for `get` without `to`.',
    cut: 'That the text is not whole, and why; absent when it is.',
    saved: 'The file that the text was saved in; absent where it was not.',
    host: 'The name of the machine.',
  },
  async run(context, params) {
    const { put, text, get: from, to, mode } = params as CopyParams
    try {
      if (from === undefined) {
        const content = put === undefined ? Buffer.from(text ?? '') : readProjectFile(put, context)
        return { ...(await putFile(context.machine, content, to ?? '', mode ?? '0644', context)) }
      }
      if (to !== undefined) {
        const get = (file: FileHandle) => getFile(context.machine, from, (piece) => file.writeFile(piece), context)
        return { ...(await writeProjectFile(to, context, get)) }
      }
      const output = createBoundedOutput(context.maxOutputBytes)
      const { bytes, sha256 } = await saveTexts(context, (savers) => {
        const keep = (piece: Buffer) => {
          output.add(piece)
          savers['text']?.(piece)
        }
        return getFile(context.machine, from, keep, context)
      })
      const cut = output.cut()
      if (cut !== undefined) context.cut('text', cut)
      return { bytes, sha256, text: output.text(), ...describeCuts({ text: cut }), ...describeSaved(context) }
    } catch (error) {
      if (error instanceof ConnectionError || error instanceof StepError) throw error
      throw new StepError('copy', (error as Error).message, { cause: error })
    }
  },
}
