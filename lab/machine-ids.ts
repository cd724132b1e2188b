/**
 * The ids of every machine: 0 to 65535 inside, from `first` on on this computer, where they are nobody's. They lie in the range that systemd
 * keeps for containers, below 2^31.
 * @see systemd's docs/UIDS-GIDS.md
 */
export const machineIds = { first: 1_853_095_936, count: 65_536 }
