import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { FunctionUrlOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { FunctionUrl } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Deployment } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";

const LONGEST_STAY = Duration.days(365);

/**
 * The CDN for this service's own signed URLs. Only GET and HEAD pass: behind origin access control
 * whoever sends a body has to hash it first. What a viewer puts into `Authorization` never arrives, so
 * the signature in the URL alone decides.
 */
export class PicturesCdn extends Construct {
  readonly distribution: Distribution;
  /** What signed URLs begin with. */
  readonly url: string;

  constructor(scope: Construct, id: string, images: FunctionUrl, deployment: Deployment) {
    super(scope, id);
    const { domain, webAcl, service } = deployment;
    const normalizeAccept = new Function(this, "NormalizeAccept", {
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, "normalize-accept.js") }),
      runtime: FunctionRuntime.JS_2_0,
    });
    // With CORS the answers differ by the page that asks, whatever the header `Vary` says to a CDN.
    const headers = service.corsOrigins.length === 0 ? ["Accept"] : ["Accept", "Origin"];
    this.distribution = new Distribution(this, "Distribution", {
      comment: `${deployment.name}: signed pictures and content`,
      defaultBehavior: {
        origin: FunctionUrlOrigin.withOriginAccessControl(images, {
          readTimeout: Duration.seconds(60),
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        compress: false,
        cachePolicy: new CachePolicy(this, "CachePolicy", {
          comment: "The whole URL, signature included: an expired one is another one",
          minTtl: Duration.seconds(0),
          defaultTtl: Duration.seconds(0),
          maxTtl: LONGEST_STAY,
          queryStringBehavior: CacheQueryStringBehavior.all(),
          headerBehavior: CacheHeaderBehavior.allowList(...headers),
        }),
        functionAssociations: [
          { function: normalizeAccept, eventType: FunctionEventType.VIEWER_REQUEST },
        ],
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(webAcl !== undefined && { webAclId: webAcl }),
      ...(domain !== undefined && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificate),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    this.url = `https://${domain?.name ?? this.distribution.distributionDomainName}`;
    acknowledge(this.distribution, {
      "AwsSolutions-CFR1": "Every URL is signed for whom it was given to, wherever they are",
      "AwsSolutions-CFR3":
        "Access logs would keep whole URLs, and a signed URL opens what it names; the function logs every request without its signature",
      ...(webAcl === undefined && {
        "AwsSolutions-CFR2":
          "DEPLOY_WEB_ACL puts WAF before it; what is not signed is refused anyway",
      }),
      ...(domain === undefined && {
        "AwsSolutions-CFR4":
          "CloudFront's own certificate comes without a choice of TLS versions; DEPLOY_DOMAIN brings TLS 1.2 at least",
      }),
    });
  }
}
