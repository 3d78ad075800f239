import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { EVERYTHING } from "./everything.ts";
import { resources } from "./readable.ts";
import { synthesize } from "./stacks.ts";

const plain = synthesize();
const full = synthesize({
  settings: EVERYTHING,
  account: "111122223333",
  region: "eu-central-1",
});

const cacheKey = (headers: string[]) => ({
  CachePolicyConfig: {
    ParametersInCacheKeyAndForwardedToOrigin: {
      QueryStringsConfig: { QueryStringBehavior: "all" },
      HeadersConfig: { HeaderBehavior: "whitelist", Headers: headers },
    },
  },
});

const variables = (name: string): unknown =>
  Object.entries(full.access.findResources("AWS::Lambda::Function")).flatMap(
    ([id, { Properties }]) =>
      id.startsWith(name)
        ? [(Properties as { Environment: { Variables: unknown } }).Environment.Variables]
        : [],
  )[0];

describe("the access stack", () => {
  test("runs three functions on arm64 and the newest Node.js, each with its own log", () => {
    expect(resources(plain.access, "AWS::Lambda::Function")).toHaveLength(3);
    expect(
      resources(plain.access, "AWS::Lambda::Function", {
        Architectures: ["arm64"],
        Runtime: "nodejs24.x",
        Handler: "main.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON" },
      }),
    ).toEqual(resources(plain.access, "AWS::Lambda::Function"));
    expect(resources(plain.access, "AWS::Logs::LogGroup", { RetentionInDays: 30 })).toHaveLength(3);
    expect(resources(full.access, "AWS::Logs::LogGroup", { RetentionInDays: 90 })).toHaveLength(3);
  });

  test("admits nobody without a signature to the function URLs, and streams", () => {
    expect(resources(plain.access, "AWS::Lambda::Url")).toHaveLength(2);
    expect(
      resources(plain.access, "AWS::Lambda::Url", {
        AuthType: "AWS_IAM",
        InvokeMode: "RESPONSE_STREAM",
      }),
    ).toEqual(resources(plain.access, "AWS::Lambda::Url"));
  });

  test("gives both actions that a call of a function URL takes to whoever it admits", () => {
    const url = { Action: "lambda:InvokeFunctionUrl" };
    const invoke = { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true };
    for (const permission of [url, invoke]) {
      expect(resources(plain.access, "AWS::Lambda::Permission", permission)).toHaveLength(1);
      // Two callers for two functions, and the CDN.
      expect(resources(full.access, "AWS::Lambda::Permission", permission)).toHaveLength(5);
    }
    expect(
      resources(plain.access, "AWS::IAM::ManagedPolicy", {
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              ...url,
              Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
            }),
            Match.objectLike({
              Action: "lambda:InvokeFunction",
              Condition: { Bool: { "lambda:InvokedViaFunctionUrl": true } },
            }),
          ],
        },
      }),
    ).not.toEqual([]);
  });

  test("lets CloudFront pass GET and HEAD over TLS, signing as itself", () => {
    expect(
      resources(plain.access, "AWS::CloudFront::Distribution", {
        DistributionConfig: {
          DefaultCacheBehavior: {
            AllowedMethods: ["GET", "HEAD"],
            ViewerProtocolPolicy: "https-only",
          },
          CacheBehaviors: Match.absent(),
        },
      }),
    ).not.toEqual([]);
    expect(
      resources(plain.access, "AWS::CloudFront::OriginAccessControl", {
        OriginAccessControlConfig: {
          SigningBehavior: "always",
          OriginAccessControlOriginType: "lambda",
        },
      }),
    ).not.toEqual([]);
    expect(
      resources(plain.access, "AWS::CloudFront::CachePolicy", cacheKey(["Accept"])),
    ).not.toEqual([]);
    expect(
      resources(full.access, "AWS::CloudFront::CachePolicy", cacheKey(["Accept", "Origin"])),
    ).not.toEqual([]);
  });

  test("has a REST API only when it is asked for, one that streams every answer", () => {
    expect(resources(plain.access, "AWS::ApiGateway::RestApi")).toHaveLength(0);
    const methods = full.access.findResources("AWS::ApiGateway::Method");
    expect(Object.keys(methods)).toHaveLength(14);
    expect(
      resources(full.access, "AWS::ApiGateway::Method", {
        HttpMethod: "ANY",
        Integration: { ResponseTransferMode: "STREAM", Type: "AWS_PROXY" },
      }),
    ).toEqual(resources(full.access, "AWS::ApiGateway::Method"));
    expect(
      resources(full.access, "AWS::ApiGateway::RestApi", {
        BinaryMediaTypes: ["*/*"],
        DisableExecuteApiEndpoint: true,
      }),
    ).not.toEqual([]);
  });

  test("sweeps every hour and says when it does not", () => {
    expect(
      resources(plain.access, "AWS::Events::Rule", { ScheduleExpression: "rate(1 hour)" }),
    ).not.toEqual([]);
    expect(
      resources(plain.access, "AWS::CloudWatch::Alarm", {
        MetricName: "Invocations",
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
      }),
    ).not.toEqual([]);
  });

  test("sends every alarm to the topic, if there is one", () => {
    const topic = EVERYTHING["DEPLOY_ALARM_TOPIC"];
    expect(resources(full.access, "AWS::CloudWatch::Alarm", { AlarmActions: [topic] })).toEqual(
      resources(full.access, "AWS::CloudWatch::Alarm"),
    );
    expect(
      resources(plain.access, "AWS::CloudWatch::Alarm", { AlarmActions: Match.absent() }),
    ).toEqual(resources(plain.access, "AWS::CloudWatch::Alarm"));
  });

  test("bounds every role, tags everything that takes tags", () => {
    expect(
      resources(full.access, "AWS::IAM::Role", {
        PermissionsBoundary: EVERYTHING["DEPLOY_PERMISSIONS_BOUNDARY"],
      }),
    ).toEqual(resources(full.access, "AWS::IAM::Role"));
    for (const type of ["AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup"]) {
      expect(
        resources(full.access, type, {
          Tags: Match.arrayWith([{ Key: "cost-centre", Value: "42" }]),
        }),
      ).toEqual(resources(full.access, type));
    }
  });

  test("tells the functions where everything is, under the names of .env", () => {
    const common = {
      STORAGE_PROVIDER: "minio",
      STORAGE_BUCKET_PREFIX: "vision",
      STORAGE_REGION: { Ref: "AWS::Region" },
      CORS_ORIGINS: "https://app.example.com",
      SIGNED_URL_MAX_EXPIRES: "12h",
    };
    const guarded = {
      ...common,
      REMOTE_LINKS_SECRET: "remote-storage/remote-links",
      URL_SIGNING_KEYS_SECRET: "remote-storage/url-signing-keys",
      API_TOKENS_SECRET: "remote-storage/api-tokens",
      ACCESS_FILE: "/opt/access.yml",
    };
    expect(variables("Objects")).toEqual({
      ...guarded,
      PUBLIC_URL: "https://pictures.example.com",
    });
    expect(variables("Images")).toEqual({ ...guarded, CACHE_BUCKET: "vision-cache" });
    expect(variables("Sweep")).toEqual({ ...common, CACHE_BUCKET: "vision-cache" });
  });
});

test("without pictures there is one function, with its URL or its REST API, and no CDN", () => {
  const { access } = synthesize({
    settings: { DEPLOY_PICTURES: "false", DEPLOY_REST_API: "true" },
  });
  expect(resources(access, "AWS::Lambda::Function")).toHaveLength(1);
  expect(resources(access, "AWS::Lambda::Url")).toHaveLength(1);
  expect(resources(access, "AWS::ApiGateway::Method")).toHaveLength(2);
  expect(resources(access, "AWS::CloudFront::Distribution")).toEqual([]);
  expect(resources(access, "AWS::Events::Rule")).toEqual([]);
});

test("the templates are as they were seen last", () => {
  for (const template of [full.storage, full.access]) {
    const text = JSON.stringify(template.toJSON(), null, 2);
    expect(text.replaceAll(/[0-9a-f]{64}(?=\.zip)/g, "<hash>")).toMatchSnapshot();
  }
});
