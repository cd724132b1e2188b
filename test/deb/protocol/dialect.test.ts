import t from 'tap'
import { jobDescriptorMessage } from '../../../deb/protocol/dialect/job-messages.ts'
import { JsonSyntaxError, readJson } from '../../../deb/protocol/dialect/json-text.ts'
import { parseMessage } from '../../../deb/protocol/dialect/parse.ts'
import { printDouble, quote } from '../../../deb/protocol/dialect/print.ts'
import { FakeTitus, batchJob, epoch } from '../titus-server-gateway/api.ts'
import type { ParsedJson } from '../titus-server-gateway/api.ts'

t.test('the parser says what protobuf says', async (t) => {
  const cases: [unknown, string][] = [
    [{ x: 1 }, 'Cannot find field: x in message com.netflix.titus.JobDescriptor'],
    [{ container: { resources: { shmSizeMB: 1 } } }, 'Cannot find field: shmSizeMB in message com.netflix.titus.ContainerResources'],
    [{ disruptionBudget: {} }, 'Cannot find field: disruptionBudget in message com.netflix.titus.JobDescriptor'],
    [{ batch: { retryOnRuntimeLimit: true } }, 'Cannot find field: retryOnRuntimeLimit in message com.netflix.titus.BatchJobSpec'],
    [[], 'Expect message object but got: []'],
    [{ owner: 'me' }, 'Expect message object but got: "me"'],
    [{ attributes: [] }, 'Expect a map object but found: []'],
    [{ attributes: { a: null } }, 'Map value cannot be null.'],
    [{ container: { entryPoint: 'sleep' } }, 'Expect an array but found: "sleep"'],
    [{ container: { resources: { memoryMB: 'x' } } }, 'Not an uint32 value: "x"'],
    [{ container: { resources: { memoryMB: 1.5 } } }, 'Not an uint32 value: 1.5'],
    [{ container: { resources: { memoryMB: -1 } } }, 'Out of range uint32 value: -1'],
    [{ container: { resources: { memoryMB: 4294967296 } } }, 'Out of range uint32 value: 4294967296'],
    [{ batch: { size: '9'.repeat(40) } }, `Out of range uint32 value: "${'9'.repeat(40)}"`],
    [{ container: { resources: { cpu: {} } } }, 'Not an double value: {}'],
    [{ service: { enabled: 'yes' } }, 'Invalid bool value: "yes"'],
    [
      { container: { resources: { efsMounts: [{ mountPerm: 'XX' }] } } },
      'Invalid enum value: XX for enum type: com.netflix.titus.MountPerm',
    ],
    [
      { batch: {}, service: {} },
      'Cannot set field com.netflix.titus.JobDescriptor.service because another field com.netflix.titus.JobDescriptor.batch belonging to the same oneof has already been set ',
    ],
  ]
  for (const [document, message] of cases) {
    t.throws(() => parseMessage(jobDescriptorMessage, readJson(JSON.stringify(document))), { name: 'ProtobufError', message })
  }
})

t.test('the parser takes what protobuf takes', async (t) => {
  const parsed: ParsedJson = parseMessage(
    jobDescriptorMessage,
    readJson(
      `{"applicationName": 7, "owner": null, "capacityGroup": null, "attributes": {"__proto__": "x", "n": 1},
        "container": {"resources": {"memoryMB": "1.0e3", "cpu": "1.5", "efsMounts": [{"mountPerm": 2}]}},
        "batch": {"size": "3", "runtimeLimitSec": 60, "retryPolicy": {"immediate": {}}}}`,
    ),
  )
  t.equal(parsed.applicationName, '7')
  t.equal(parsed.owner, undefined)
  t.equal(parsed.capacityGroup, '')
  t.same(Object.entries(parsed.attributes), [
    ['__proto__', 'x'],
    ['n', '1'],
  ])
  t.match(parsed.container.resources, { memoryMB: 1000, cpu: 1.5, gpu: 0, efsMounts: [{ mountPerm: 'RW' }] })
  t.same(parsed.batch, { size: 3, runtimeLimitSec: 60, retryPolicy: { immediate: { retries: 0 } } })
})

t.test('broken JSON is told with its place', async (t) => {
  const at = (text: string): unknown => {
    try {
      readJson(text)
    } catch (error) {
      if (error instanceof JsonSyntaxError) return [error.line, error.column, error.message]
    }
    return undefined
  }
  t.same(at('{"a": 1,\n }'), [2, 3, `Unexpected character ('}' (code 125)): was expecting double-quote to start field name`])
  t.same(at('{"a" 1}'), [1, 7, `Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value`])
  t.same(at('[1 2]'), [1, 5, `Unexpected character ('2' (code 50)): was expecting comma to separate Array entries`])
  t.same(at('tru'), [1, 4, `Unrecognized token 'tru': was expecting ('true', 'false' or 'null')`])
  t.match(at('{"a": 1'), [1, 8, /expected close marker for Object \(start marker at .*line: 1, column: 1\]\)/])
  t.same(at(' '), [1, 0, 'No content to map due to end-of-input'])
  for (const text of ["{'a': 1}", '{"a": 01}', '{"a": 1} x', '"\u0001"', '"a', '-', '{"a": .5}', '[1,]']) t.ok(at(text), text)
  t.ok(at('['.repeat(300)), 'depth is bounded')
})

t.test('printing: doubles as Java, text as Gson', async (t) => {
  const doubles: [number, string][] = [
    [1, '1.0'],
    [0.1, '0.1'],
    [0, '0.0'],
    [1e7, '1.0E7'],
    [9999999, '9999999.0'],
    [12345678.9, '1.23456789E7'],
    [0.0001, '1.0E-4'],
    [64, '64.0'],
  ]
  for (const [value, text] of doubles) t.equal(printDouble(value), text)
  t.equal(quote(`a=b<c>&'d"\n`), '"a\\u003db\\u003cc\\u003e\\u0026\\u0027d\\"\\n"')
})

t.test('the instance group of the seed, to the byte', async (t) => {
  const titus = new FakeTitus()
  titus.offer('a')
  titus.pass(0)
  titus.activate()
  t.equal(
    titus.send('GET', '/api/v3/agent/instanceGroups/titusagent').body,
    `{
  "id": "titusagent",
  "instanceType": "m4.large",
  "instanceResources": {
    "cpu": 0,
    "gpu": 0,
    "memoryMB": 0,
    "diskMB": 0,
    "networkMbps": 0
  },
  "tier": "Flex",
  "min": 0,
  "desired": 1,
  "current": 1,
  "max": 1,
  "isLaunchEnabled": false,
  "isTerminateEnabled": false,
  "autoScaleRule": {
    "min": 0,
    "max": 1000,
    "minIdleToKeep": 2,
    "maxIdleToKeep": 5,
    "coolDownSec": "600",
    "priority": 100,
    "shortfallAdjustingFactor": 8
  },
  "lifecycleStatus": {
    "state": "Active",
    "detail": "",
    "timestamp": "1526381441646"
  },
  "launchTimestamp": "1526381441646",
  "attributes": {
  }
}`,
  )
})

t.test('a job, to the byte', async (t) => {
  const titus = new FakeTitus()
  const id = titus.create(batchJob({}, {}, { env: { A: 'x=y' }, command: ['dropped'] }))
  t.equal(
    titus.send('GET', `/api/v3/jobs/${id}`).body,
    `{
  "id": "00000000-0000-4000-8000-000000000001",
  "jobDescriptor": {
    "owner": {
      "teamEmail": "me@me.com"
    },
    "applicationName": "localtest",
    "capacityGroup": "DEFAULT",
    "jobGroupInfo": {
      "stack": "",
      "detail": "",
      "sequence": ""
    },
    "attributes": {
      "titus.cell": "dev",
      "titus.stack": "dev"
    },
    "container": {
      "resources": {
        "cpu": 1.0,
        "gpu": 0,
        "memoryMB": 512,
        "diskMB": 1024,
        "networkMbps": 128,
        "allocateIP": false,
        "efsMounts": []
      },
      "securityProfile": {
        "securityGroups": ["sg-1"],
        "iamRole": "arn:aws:iam::123456789012:role/titusappwiths3InstanceProfile",
        "attributes": {
        }
      },
      "image": {
        "name": "alpine",
        "tag": "latest",
        "digest": ""
      },
      "attributes": {
      },
      "entryPoint": ["/bin/sleep", "1h"],
      "command": [],
      "env": {
        "A": "x\\u003dy"
      },
      "softConstraints": {
        "constraints": {
        },
        "expression": ""
      },
      "hardConstraints": {
        "constraints": {
        },
        "expression": ""
      }
    },
    "batch": {
      "size": 1,
      "runtimeLimitSec": "3600",
      "retryPolicy": {
        "delayed": {
          "initialDelayMs": "0",
          "delayMs": "1000",
          "retries": 3
        }
      }
    }
  },
  "status": {
    "state": "Accepted",
    "reasonCode": "",
    "reasonMessage": "Changed state to Accepted on ${new Date(epoch).toISOString()}.",
    "timestamp": "1526381441646"
  },
  "statusHistory": []
}`,
  )
})
