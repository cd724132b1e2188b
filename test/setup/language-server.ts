import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The YAML language server that editors use, on its standard input and output. */
export interface LanguageServer {
  /** Labels offered at `|` in the text. */
  readonly complete: (path: string, text: string) => Promise<readonly string[]>
  /** What is shown over the word at `|`. */
  readonly hover: (path: string, text: string) => Promise<string>
  /** What is told of a whole file: `line: message`. */
  readonly diagnose: (path: string, text: string) => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly uri?: string; readonly items?: readonly unknown[]; readonly diagnostics?: readonly Diagnostic[] }
  readonly result?: unknown
}

interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number } }
}

/** Starts the server. `path` of each request is where the file would stand, so that its first line can name a schema beside it.
 *  @see https://microsoft.github.io/language-server-protocol/ */
export async function startLanguageServer(): Promise<LanguageServer> {
  const main = join(dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json')), 'bin/yaml-language-server')
  const server = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number | string, (message: Message) => void>()
  let requests = 0
  let opened = 0

  function send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  function request(method: string, params: object): Promise<Message> {
    requests += 1
    send({ id: requests, method, params })
    return new Promise((resolve) => waiting.set(requests, resolve))
  }
  let received = Buffer.alloc(0)
  server.stdout.on('data', (piece: Buffer) => {
    received = Buffer.concat([received, piece])
    for (;;) {
      const [head, length] = /^Content-Length: (\d+)[^]*?\r\n\r\n/.exec(received.toString('latin1')) ?? []
      if (head === undefined || received.length < head.length + Number(length)) return
      const message = JSON.parse(received.subarray(head.length, head.length + Number(length)).toString()) as Message
      received = received.subarray(head.length + Number(length))
      // The server asks for its settings: it gets none, so that what is tested is what everybody has.
      if (message.method !== undefined && message.id !== undefined)
        send({ id: message.id, result: (message.params?.items ?? []).map(() => null) })
      const key = message.method === 'textDocument/publishDiagnostics' ? (message.params?.uri ?? '') : message.id
      if (key !== undefined) waiting.get(key)?.(message)
    }
  })
  await request('initialize', { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: null })
  send({ method: 'initialized', params: {} })

  /** Opens a text under a name of its own. @returns where it was opened, and what the server says of it */
  function open(path: string, text: string): { readonly uri: string; readonly told: Promise<Message> } {
    opened += 1
    const uri = pathToFileURL(path.replace(/\.yaml$/, `-${opened}.yaml`)).href
    const told = new Promise<Message>((resolve) => waiting.set(uri, resolve))
    send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } })
    return { uri, told }
  }
  async function ask(method: string, path: string, marked: string): Promise<unknown> {
    const before = marked.slice(0, marked.indexOf('|')).split('\n')
    const { uri, told } = open(path, marked.replace('|', ''))
    await told
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    return (await request(method, { textDocument: { uri }, position })).result
  }
  return {
    async complete(path, text) {
      const result = (await ask('textDocument/completion', path, text)) as { items?: { label: string }[] } | null
      return (result?.items ?? []).map(({ label }) => label)
    },
    async hover(path, text) {
      const result = (await ask('textDocument/hover', path, text)) as { contents?: { value?: string } | string } | null
      const contents = result?.contents ?? ''
      return typeof contents === 'string' ? contents : (contents.value ?? '')
    },
    async diagnose(path, text) {
      const { params } = await open(path, text).told
      return (params?.diagnostics ?? []).map(({ message, range }) => `${range.start.line + 1}: ${message}`)
    },
    async stop() {
      await request('shutdown', {})
      send({ method: 'exit' })
      await once(server, 'exit')
    },
  }
}
