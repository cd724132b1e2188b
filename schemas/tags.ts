/* The tags of titus-bed on resources of AWS. The stack and the runner write them; the lab, the agents and the commands read them. */

/** The tag that every resource of a testbed carries, with the testbed's name as its value. */
export const testbedTag = 'titus-bed:testbed'

/** The tag of a testbed's VPC that says until when it may stand: RFC 3339. */
export const leaseTag = 'titus-bed:lease'

/** The tag that says which account of a machine log-ins go to. */
export const loginUserTag = 'titus-bed:login-user'

/** The tag of machines that run containers: they need the container engine, and the rights that go with it. */
export const containerHostTag = 'titus-bed:container-host'

/** The tag of the interface of an isolated machine that says which groups it had, with spaces between them: whoever heals needs no memory of it. */
export const groupsTag = 'titus-bed:groups'
