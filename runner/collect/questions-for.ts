import { hostRoles } from '../../schemas/roles/index.ts'
import type { EvidenceOffer } from '../../schemas/roles/evidence.ts'
import type { EvidenceWish } from '../../schemas/scenario.ts'
import type { Host } from '../../schemas/testbed.ts'
import { asRoot, askedOfAll } from './asked-of-all.ts'

/** Something that a machine is asked. */
export interface Question {
  /** The name of the file that keeps the answer, without its ending. */
  readonly name: string
  readonly argv: readonly string[]
}

/** What is asked of a machine: what every one is, what its role offers, and what the scenario adds. @param since  seconds since the epoch */
export function questionsFor(
  { name, group }: Pick<Host, 'name' | 'group'>,
  since: number,
  wish: EvidenceWish | undefined,
): readonly Question[] {
  const role = group ?? name
  const offered: EvidenceOffer = Object.hasOwn(hostRoles, role) ? (hostRoles[role as keyof typeof hostRoles].evidence ?? {}) : {}
  return [
    ...Object.entries(askedOfAll).map(([key, script]) => ask(key, script, [String(since)])),
    ...[...(offered.units ?? []), ...(wish?.units ?? [])].map((unit) => ask(`unit-${fileName(unit)}`, askUnit, [String(since), unit])),
    ...[...(offered.files ?? []), ...(wish?.files ?? [])].map((file) => ask(`file-${fileName(file)}`, askFile, [file])),
    ...Object.entries(offered.commands ?? {}).map(([key, argv]) => ask(key, askCommand, argv)),
    ...(wish?.commands ?? []).map((argv, index) => ask(`command-${index + 1}-${fileName(argv[0] ?? '')}`, askCommand, argv)),
  ]
}

const askUnit =
  'systemctl --no-pager --full status "$2"; as_root journalctl --no-pager --output=short-iso-precise --since="@$1" --unit="$2"'
const askFile = 'as_root tail -c 1000000 "$1"'
const askCommand = 'as_root "$@"'

function ask(name: string, script: string, values: readonly string[]): Question {
  return { name, argv: ['sh', '-c', `${asRoot}${script}`, 'collect', ...values] }
}

function fileName(text: string): string {
  return text.replace(/[^\w.@-]/g, '-').slice(-80)
}
