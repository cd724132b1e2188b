import { parentPort } from 'node:worker_threads'
import { doWork } from './work.ts'
import type { Work } from './work.ts'

// A thread of its own, because nothing else can be ended while it evaluates.
parentPort?.on('message', (work: Work) => parentPort?.postMessage(doWork(work)))
