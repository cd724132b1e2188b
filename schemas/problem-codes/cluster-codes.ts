/** Problems of cluster.yaml that its schema cannot see: what each code stands for. */
export const clusterCodes = {
  'bad-cidr': { cause: 'A text is no IPv4 network.', cure: 'Write an address and a prefix, such as 10.30.0.0/16.' },
  'bad-prefix': { cause: 'A network is larger than AWS takes, or too small for the machines.', cure: 'Choose a prefix within the limits.' },
  'cidr-outside': { cause: 'A subnet does not lie in the network.', cure: 'Choose a subnet inside network.cidr.' },
  'cidr-overlap': { cause: 'The two subnets share addresses.', cure: 'Choose subnets apart from each other.' },
  'unusable-address-space': { cause: 'No VPC can have these addresses.', cure: 'Use private space, such as 10.30.0.0/16.' },
  'public-address-space': {
    cause: 'The addresses belong to somebody on the internet.',
    cure: 'Use private space if machines have to reach them.',
  },
  'open-to-everyone': { cause: 'The whole internet may reach SSH on the bastion.', cure: 'Write access.trustedCidr: auto.' },
  'unknown-region': { cause: 'No AWS region has that name.', cure: 'Use one of the regions that are listed.' },
  'unsupported-partition': {
    cause: 'The region belongs to a part of AWS where testbeds cannot stand, such as GovCloud or China.',
    cure: 'Choose a region of the partition aws, such as eu-west-1.',
  },
  'zone-outside-region': {
    cause: 'The zone is no availability zone of the region.',
    cure: 'Write the name of the region and one letter, or leave the zone out.',
  },
  'zone-not-open': {
    cause: 'The account cannot use the zone.',
    cure: 'Use one of the zones that are listed, or leave the zone out.',
  },
  'instance-type-not-offered': {
    cause: 'AWS has no such instance type in the region or in the zone.',
    cure: 'Choose another type, zone or region.',
  },
  'instance-type-limits': {
    cause: 'AWS gives the type fewer network interfaces or addresses than the VPC driver of Titus counts on.',
    cure: 'Choose another type for the agents.',
  },
  'vcpu-quota': {
    cause: 'The account may not run as many processors as the testbed needs.',
    cure: 'Ask AWS for a higher quota, choose smaller instance types, or end what else runs.',
  },
  'bad-instance-type': { cause: 'A text has not the form of an EC2 instance type.', cure: 'Write family.size, such as t3.medium.' },
  'unknown-instance-type': {
    cause: 'The VPC driver of Titus does not know the type of the agents.',
    cure: 'Use one of the types that are listed.',
  },
  'capacity-order': { cause: 'The numbers min, desired and max are not in order.', cure: 'Choose min <= desired <= max.' },
  'bad-bucket-name': {
    cause: 'S3 does not take the name of the bucket.',
    cure: 'Follow the rules that are told; {account} stands for the number.',
  },
  'role-name-too-long': { cause: 'The name of a role is longer than IAM takes.', cure: 'Shorten the name of the role or of the testbed.' },
  'no-machine-role': { cause: 'No role belongs to the machines.', cure: 'Add service: ec2 to one role.' },
  'several-machine-roles': { cause: 'More than one role has service: ec2.', cure: 'Keep it on one role.' },
  'role-without-taker': { cause: 'Nothing may take a role.', cure: 'Add service: ec2, or assumedBy with the name of a role.' },
  'unknown-role': { cause: 'A role is assumed by one that does not exist.', cure: 'Name one of the roles.' },
  'role-cycle': { cause: 'Roles are assumed by each other in a circle.', cure: 'Let the chain end at the role with service: ec2.' },
  'role-reference': { cause: 'A role is assumed by one that leads nowhere.', cure: 'Validate the file: titus-bed validate.' },
  'version-of-stand-ins': {
    cause: 'The stand-ins are of another version of Titus.',
    cure: 'Write their version, or name packages of your own.',
  },
  'version-of-package': {
    cause: 'The name of a package tells another version than titus.version.',
    cure: 'Write the version of the packages.',
  },
  'image-name': { cause: 'An image of your own is named in no way, or in two.', cure: 'Give its id alone, or its owner and its name.' },
  'image-not-found': {
    cause: 'AWS finds no image of that name in the region, or the account may not use it.',
    cure: 'Name another image or region.',
  },
  'region-not-enabled': {
    cause: 'The account has not enabled the region.',
    cure: 'Enable it (aws account enable-region), or choose one of those that are listed.',
  },
  'image-architecture': {
    cause: 'A machine cannot boot the image, which is for other processors.',
    cure: 'Choose an instance type or an image of the same architecture.',
  },
  'insecure-packages': { cause: 'Packages would travel unprotected.', cure: 'Name a folder, an https address or an apt repository.' },
  'two-package-sources': {
    cause: 'Packages are to come from files and from an apt repository.',
    cure: 'Keep `from` with `sha256`, or `apt`.',
  },
  'missing-package': { cause: 'A package that machines install has no file.', cure: 'Add the file with its sha256.' },
  'unused-package': {
    cause: 'No machine installs a package that has a file.',
    cure: 'Add its name to the list of a role, or remove the file.',
  },
  'duplicate-package': { cause: 'A package has more than one file.', cure: 'Keep one of the files.' },
  'package-missing': { cause: 'The file of a package cannot be read.', cure: 'Check titus.packages.from and the name of the file.' },
  'package-unavailable': {
    cause: 'A package cannot be downloaded.',
    cure: 'Check the address in titus.packages, the key of an apt repository, and the connection.',
  },
  'package-architecture': {
    cause: 'A package is for other processors than a machine that installs it has.',
    cure: 'Choose an instance type or a package of the same architecture.',
  },
  'package-checksum': { cause: 'A package has another SHA-256 than the file says.', cure: 'Get the right package, or correct the sum.' },
  'unknown-matrix-key': { cause: 'The matrix varies a key that holds no single value.', cure: 'Use one of the paths that are listed.' },
  'matrix-too-large': { cause: 'The matrix has more cells than CI systems run.', cure: 'Remove values.' },
} as const
