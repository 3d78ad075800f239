import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Function } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { FunctionName, ServiceFunction } from "./service-function.ts";

const PERIOD = Duration.minutes(5);
/** Of a function's time: beyond it the slowest requests are near their end. */
const SLOW = 0.8;
/** Answers of 5xx in five minutes that are more than one caller's bad luck. */
const MANY_FAILURES = 5;
/** The sweep runs every hour; two missed ones are no accident. */
const SWEEP_SILENCE = Duration.hours(3);

/** Alarms, to a topic if there is one, and a dashboard with what they look at. */
export class Watch extends Construct {
  private readonly action: SnsAction | undefined;
  private readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id);
    this.action =
      topicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, "Topic", topicArn));
    this.dashboard = new Dashboard(this, "Dashboard", { defaultInterval: Duration.days(1) });
  }

  /** A function that answers requests. */
  requests(name: FunctionName, { function: handler, timeout }: ServiceFunction): void {
    this.watchRuns(name, handler);
    const slowest = handler.metricDuration({ period: PERIOD, statistic: Stats.percentile(99) });
    this.alarm(`${name}-slow`, slowest, timeout.toMilliseconds() * SLOW);
    this.alarm(`${name}-failures`, toUrlMetric(handler, "Url5xxCount"), MANY_FAILURES);
  }

  sweep({ function: handler }: ServiceFunction): void {
    this.watchRuns("sweep", handler);
    const runs = handler.metricInvocations({ period: SWEEP_SILENCE });
    this.alarm("sweep-silent", runs, 1, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  api(failures: IMetric): void {
    this.alarm("api-failures", failures, MANY_FAILURES);
  }

  cdn(distributionId: string): void {
    this.dashboard.addWidgets(toCdnWidget(distributionId));
  }

  private watchRuns(name: FunctionName, handler: Function): void {
    this.dashboard.addWidgets(...toWidgets(name, handler));
    this.alarm(`${name}-errors`, handler.metricErrors({ period: PERIOD }), 1);
    this.alarm(`${name}-throttled`, handler.metricThrottles({ period: PERIOD }), 1);
  }

  private alarm(
    id: string,
    metric: IMetric,
    threshold: number,
    options: {
      readonly comparisonOperator?: ComparisonOperator;
      readonly treatMissingData?: TreatMissingData;
    } = {},
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
    if (this.action !== undefined) alarm.addAlarmAction(this.action);
  }
}

const toUrlMetric = (handler: Function, metricName: string): Metric =>
  new Metric({
    namespace: "AWS/Lambda",
    metricName,
    dimensionsMap: { FunctionName: handler.functionName },
    statistic: Stats.SUM,
    period: PERIOD,
  });

const toWidgets = (name: FunctionName, handler: Function): GraphWidget[] => [
  new GraphWidget({
    title: `${name}: requests`,
    left: [handler.metricInvocations({ period: PERIOD }), handler.metricErrors({ period: PERIOD })],
    right:
      name === "sweep"
        ? []
        : [toUrlMetric(handler, "Url4xxCount"), toUrlMetric(handler, "Url5xxCount")],
  }),
  new GraphWidget({
    title: `${name}: milliseconds`,
    left: [50, 99].map((percent) =>
      handler.metricDuration({ period: PERIOD, statistic: Stats.percentile(percent) }),
    ),
  }),
];

/** CloudFront counts in us-east-1, wherever the rest is. */
const toCdnWidget = (distributionId: string): GraphWidget =>
  new GraphWidget({
    title: "CDN: requests",
    region: "us-east-1",
    left: ["Requests", "5xxErrorRate"].map(
      (metricName) =>
        new Metric({
          namespace: "AWS/CloudFront",
          metricName,
          dimensionsMap: { DistributionId: distributionId, Region: "Global" },
          statistic: metricName === "Requests" ? Stats.SUM : Stats.AVERAGE,
          period: PERIOD,
          region: "us-east-1",
        }),
    ),
  });
