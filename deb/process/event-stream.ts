import type { ServerResponse } from 'node:http'
import { heartbeatMs } from '../protocol/mesos-protocol.ts'

/** The sending end of a stream of newline-delimited JSON. */
export interface EventSender<Event> {
  readonly send: (event: Event) => void
  readonly close: () => void
}

/** Turns a response into a stream of events with a heartbeat. `onClose` is called once, when the receiver is gone or `close` was called. */
export function openEventStream<Event>(response: ServerResponse, heartbeat: Event, onClose: () => void): EventSender<Event> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
  response.socket?.setNoDelay(true)
  const send = (event: Event): void => void response.write(`${JSON.stringify(event)}\n`)
  const timer = setInterval(() => send(heartbeat), heartbeatMs)
  response.once('close', () => {
    clearInterval(timer)
    onClose()
  })
  return { send, close: () => response.destroy() }
}

/** Posts `body` and hands every event of the answering stream to `onEvent`, until the stream ends, is silent for three heartbeats or
 *  `signal` is aborted. Throws when there is no stream to be had; ends quietly with the stream. */
export async function followEventStream<Event>(
  url: string,
  body: unknown,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  const watchdog = setTimeout(() => silence.abort(new Error('the stream has been silent for three heartbeats')), heartbeatMs * 3)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`)
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      watchdog.refresh()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') onEvent(JSON.parse(line) as Event)
    }
  } finally {
    clearTimeout(watchdog)
  }
}
