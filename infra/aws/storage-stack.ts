import { CfnOutput, RemovalPolicy, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Secret, type SecretProps } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { Deployment } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";
import { AccessLogBucket, addCacheBucket, addDataBucket } from "./data-bucket.ts";
import { toNames } from "./names.ts";

/** As remote_links.yml a file without providers. The template holds this and never anything else. */
const NO_LINKS = "# remote_links.yml of this deployment; `npm run links:upload` puts yours here\n";
/** Letters and digits: 64 of them are 380 bits. */
const SECRET_LENGTH = 64;

/** What must outlive every deployment: the buckets and the secrets. Taken down, it leaves them all. */
export class StorageStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const key =
      deployment.kmsKey === undefined ? undefined : Key.fromKeyArn(this, "Key", deployment.kmsKey);
    this.addBuckets(deployment, key);
    this.addSecrets(deployment, key);
  }

  private addBuckets(deployment: Deployment, key: IKey | undefined): void {
    const { buckets } = toNames(deployment);
    const { corsOrigins, signing } = deployment.service;
    const accessLogs = new AccessLogBucket(this, "AccessLogs", buckets.accessLogs);
    const data = { accessLogs, key, corsOrigins, maxSeconds: signing.maxExpires };
    addDataBucket(this, "Public", { ...data, bucketName: buckets.public });
    addDataBucket(this, "Private", { ...data, bucketName: buckets.private });
    addCacheBucket(this, { ...data, bucketName: buckets.cache });
    new CfnOutput(this, "PublicBucket", { value: buckets.public });
    new CfnOutput(this, "PrivateBucket", { value: buckets.private });
  }

  private addSecrets(deployment: Deployment, key: IKey | undefined): void {
    const { secrets } = toNames(deployment);
    const props: SecretProps = {
      removalPolicy: RemovalPolicy.RETAIN,
      ...(key !== undefined && { encryptionKey: key }),
    };
    const remoteLinks = new Secret(this, "RemoteLinks", {
      ...props,
      secretName: secrets.remoteLinks,
      description: "remote_links.yml: the stores that links may point into",
      secretStringValue: SecretValue.unsafePlainText(NO_LINKS),
    });
    acknowledge(remoteLinks, {
      "AwsSolutions-SMG4":
        "Keys of other people's stores: only their owners can change them, and iam_role needs none",
    });
    const signingKeys = new Secret(this, "UrlSigningKeys", {
      ...props,
      secretName: secrets.signingKeys,
      description: "URL_SIGNING_KEYS as JSON, id to secret: the first signs, all verify",
      generateSecretString: {
        secretStringTemplate: "{}",
        generateStringKey: "first",
        passwordLength: SECRET_LENGTH,
        excludePunctuation: true,
      },
    });
    acknowledge(signingKeys, {
      "AwsSolutions-SMG4":
        "A key that goes ends every URL that it signed, so when it goes is for the operator to say",
    });
    if (!deployment.restApi) return;
    const apiTokens = new Secret(this, "ApiTokens", {
      ...props,
      secretName: secrets.apiTokens,
      description: "API_TOKENS: made with one token that may do everything",
      generateSecretString: { passwordLength: SECRET_LENGTH, excludePunctuation: true },
    });
    acknowledge(apiTokens, {
      "AwsSolutions-SMG4": "A token that changes locks its bearers out until somebody tells them",
    });
  }
}
