import { choice, enumeration, many, message, one, scalar, wrapped } from './descriptor.ts'

const statistic = enumeration('AlarmConfiguration.Statistic', ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])
const dimension = message('MetricDimension', [scalar('name', 'string'), scalar('value', 'string')])

const alarmConfiguration = message('AlarmConfiguration', [
  wrapped('actionsEnabled', 'bool'),
  choice(
    'comparisonOperator',
    enumeration('AlarmConfiguration.ComparisonOperator', [
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    'comparisonOpOneof',
  ),
  wrapped('evaluationPeriods', 'int32'),
  wrapped('periodSec', 'int32'),
  wrapped('threshold', 'double'),
  scalar('metricNamespace', 'string'),
  scalar('metricName', 'string'),
  choice('statistic', statistic, 'statisticOneof'),
])

const stepScalingPolicy = message('StepScalingPolicy', [
  choice(
    'adjustmentType',
    enumeration('StepScalingPolicy.AdjustmentType', ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity']),
    'adjustmentTypeOneof',
  ),
  wrapped('cooldownSec', 'int32'),
  wrapped('minAdjustmentMagnitude', 'int64'),
  choice(
    'metricAggregationType',
    enumeration('StepScalingPolicy.MetricAggregationType', ['Minimum', 'Maximum', 'Average']),
    'metricAggOneof',
  ),
  many(
    'stepAdjustments',
    message('StepAdjustments', [
      wrapped('MetricIntervalLowerBound', 'double'),
      wrapped('MetricIntervalUpperBound', 'double'),
      wrapped('scalingAdjustment', 'int32'),
    ]),
  ),
])

const targetPolicy = message('TargetTrackingPolicyDescriptor', [
  wrapped('targetValue', 'double'),
  wrapped('scaleOutCooldownSec', 'int32'),
  wrapped('scaleInCooldownSec', 'int32'),
  one(
    'predefinedMetricSpecification',
    message('PredefinedMetricSpecification', [scalar('predefinedMetricType', 'string'), scalar('resourceLabel', 'string')]),
  ),
  wrapped('disableScaleIn', 'bool'),
  one(
    'customizedMetricSpecification',
    message('CustomizedMetricSpecification', [
      many('dimensions', dimension),
      scalar('metricName', 'string'),
      scalar('namespace', 'string'),
      choice('statistic', statistic, 'statisticOneof'),
      scalar('unit', 'string'),
    ]),
  ),
])

const stepPolicy = message('StepScalingPolicyDescriptor', [one('alarmConfig', alarmConfiguration), one('scalingPolicy', stepScalingPolicy)])

const scalingPolicy = message('ScalingPolicy', [
  one('stepPolicyDescriptor', stepPolicy, 'ScalingPolicyDescriptor'),
  one('targetPolicyDescriptor', targetPolicy, 'ScalingPolicyDescriptor'),
])

/** ScalingPolicyID: the answer to POST /autoscaling/scalingPolicy. */
export const policyIdMessage = message('ScalingPolicyID', [scalar('id', 'string')])

const policyStatus = message('ScalingPolicyStatus', [
  choice('state', enumeration('ScalingPolicyStatus.ScalingPolicyState', ['Pending', 'Applied', 'Deleting', 'Deleted', 'Error'])),
  scalar('pendingReason', 'string'),
])

/** GetPolicyResult: the answer to every GET below /autoscaling. */
export const policiesMessage = message('GetPolicyResult', [
  many(
    'items',
    message('ScalingPolicyResult', [
      scalar('jobId', 'string'),
      one('id', policyIdMessage),
      one('scalingPolicy', scalingPolicy),
      one('policyState', policyStatus),
    ]),
  ),
])

/** The body of POST /autoscaling/scalingPolicy. */
export const putPolicyMessage = message('PutPolicyRequest', [scalar('jobId', 'string'), one('scalingPolicy', scalingPolicy)])

/** The body of PUT /autoscaling/scalingPolicy. */
export const updatePolicyMessage = message('UpdatePolicyRequest', [one('policyId', policyIdMessage), one('scalingPolicy', scalingPolicy)])
