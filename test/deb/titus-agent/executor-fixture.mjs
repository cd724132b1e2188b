// An executor as far as the agent sees it: every task runs at once, a task named `crash` ends it, a KILL kills.
import { createInterface } from 'node:readline'
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
send({ type: 'READY', tasks: JSON.parse(process.env.FOUND ?? '[]') })
createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line)
  if (command.type === 'KILL') return send({ type: 'UPDATE', taskId: command.taskId, state: 'TASK_KILLED', message: 'killed' })
  if (command.task.taskId === 'crash') process.exit(7)
  send({ type: 'UPDATE', taskId: command.task.taskId, state: 'TASK_RUNNING', message: 'running' })
})
