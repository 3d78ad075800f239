import {
  EndpointType,
  type IResource,
  LambdaIntegration,
  ResponseTransferMode,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Deployment } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";
import type { ServiceFunction } from "./service-function.ts";

/** What the function `images` answers, which alone knows the formats; everything else is the function `objects`'. */
const IMAGE_ROUTES = ["content", "previews", "converted", "images", "caches", "capabilities"];

/**
 * A REST API with streamed answers, for callers who have a token or a JWT and no IAM. It lets everybody
 * through: the service itself authenticates, by the same rules as on every host.
 */
export class RestEntry extends Construct {
  readonly url: string;
  readonly failures: IMetric;
  /** Where `DEPLOY_API_DOMAIN` has to point to. */
  readonly target: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    functions: { readonly objects: ServiceFunction; readonly images?: ServiceFunction },
    { name, apiDomain, apiWebAcl }: Deployment,
  ) {
    super(scope, id);
    const api = new RestApi(this, "Api", {
      restApiName: name,
      description: `${name}: tokens and JWT`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ["*/*"],
      // Its role would be the whole account's, for every API in it.
      cloudWatchRole: false,
      disableExecuteApiEndpoint: apiDomain !== undefined,
      deployOptions: { metricsEnabled: true, tracingEnabled: true },
      ...(apiDomain !== undefined && {
        domainName: {
          domainName: apiDomain.name,
          certificate: Certificate.fromCertificateArn(this, "Certificate", apiDomain.certificate),
        },
      }),
    });
    addAll(api.root, toIntegration(functions.objects));
    if (functions.images !== undefined) {
      const images = toIntegration(functions.images);
      for (const route of IMAGE_ROUTES) addAll(api.root.addResource(route), images);
    }
    if (apiWebAcl !== undefined) {
      new CfnWebACLAssociation(this, "WebAcl", {
        resourceArn: api.deploymentStage.stageArn,
        webAclArn: apiWebAcl,
      });
    }
    // CDK's own output, which would show a closed door when there is a domain.
    api.node.tryRemoveChild("Endpoint");
    this.url = apiDomain === undefined ? api.url : `https://${apiDomain.name}/`;
    this.target = api.domainName?.domainNameAliasDomainName;
    this.failures = api.metricServerError();
    acknowledge(api, {
      "AwsSolutions-APIG1":
        "Access logs take a role that every API of the account shares; the functions log each request",
      "AwsSolutions-APIG2": "The service checks every request against the schemas of its OpenAPI",
      "AwsSolutions-APIG4": "The service itself asks for a token, a JWT or a signed URL",
      "AwsSolutions-APIG6":
        "Execution logs take the account's shared role and would keep signed URLs and tokens",
      "AwsSolutions-COG4":
        "Tokens and JWT of any issuer, by the access file, instead of one user pool",
      ...(apiWebAcl === undefined && {
        "AwsSolutions-APIG3": "DEPLOY_API_WEB_ACL puts WAF before it",
      }),
    });
  }
}

const toIntegration = ({ function: handler }: ServiceFunction): LambdaIntegration =>
  new LambdaIntegration(handler, {
    responseTransferMode: ResponseTransferMode.STREAM,
    // One permission for all methods: a function's policy has room for few.
    scopePermissionToMethod: false,
  });

function addAll(resource: IResource, integration: LambdaIntegration): void {
  resource.addMethod("ANY", integration);
  resource.addResource("{proxy+}").addMethod("ANY", integration);
}
