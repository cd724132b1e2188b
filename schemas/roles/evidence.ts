/** What is asked of a machine when a scenario has failed, besides what every machine is asked. */
export interface EvidenceOffer {
  /** Units whose journal is wanted. */
  readonly units?: readonly string[]
  /** Files, of which the end is wanted: absolute. */
  readonly files?: readonly string[]
  /** Commands, by the name of the file that keeps what they say. They only look. */
  readonly commands?: Readonly<Record<string, readonly string[]>>
}
