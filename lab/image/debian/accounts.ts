/** The account files of a tree, as texts. */
export interface Accounts {
  readonly passwd: string
  readonly group: string
  readonly shadow: string
  readonly gshadow: string
}

function names(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.split(':')[0] ?? '')
    .filter((name) => name !== '')
}

/**
 * Builds the account files of a fresh system from the master files of the package base-passwd. Nobody has a password,
 * root's shell is bash, and nobody is locked (sshd refuses locked accounts even to a key when it runs without PAM).
 *
 * @param passwdMaster  /usr/share/base-passwd/passwd.master
 * @param groupMaster   /usr/share/base-passwd/group.master
 */
export function buildAccounts(passwdMaster: string, groupMaster: string): Accounts {
  return {
    passwd: passwdMaster.replace(/^root:.*$/m, 'root:x:0:0:root:/root:/bin/bash').replaceAll(/^([^:\s]*):\*:/gm, '$1:x:'),
    group: groupMaster.replaceAll(/^([^:\s]*):\*:/gm, '$1:x:'),
    shadow: names(passwdMaster)
      .map((name) => `${name}:*:19000:0:99999:7:::\n`)
      .join(''),
    gshadow: names(groupMaster)
      .map((name) => `${name}:*::\n`)
      .join(''),
  }
}

/** Adds a group with members, unless there is one of that name: then the members are added to it. */
export function addGroup(accounts: Accounts, name: string, gid: number, members: readonly string[]): Accounts {
  const list = members.join(',')
  if (!names(accounts.group).includes(name)) {
    return { ...accounts, group: `${accounts.group}${name}:x:${gid}:${list}\n`, gshadow: `${accounts.gshadow}${name}:!::${list}\n` }
  }
  const join = (text: string): string =>
    text.replace(
      new RegExp(`^(${name}:.*:)([^:\n]*)$`, 'm'),
      (_, head: string, old: string) => head + (old === '' ? list : `${old},${list}`),
    )
  return { ...accounts, group: join(accounts.group), gshadow: join(accounts.gshadow) }
}
