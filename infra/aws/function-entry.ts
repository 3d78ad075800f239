import { Duration } from "aws-cdk-lib";
import { AccountPrincipal, ArnPrincipal, ManagedPolicy } from "aws-cdk-lib/aws-iam";
import {
  type Function,
  type FunctionUrl,
  FunctionUrlAuthType,
  HttpMethod,
  InvokeMode,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

const PREFLIGHT_SECONDS = 7200;

/** A URL that IAM guards and that streams. Preflights carry no signature, so Lambda must answer them. */
export function addFunctionUrl(handler: Function, corsOrigins: readonly string[]): FunctionUrl {
  return handler.addFunctionUrl({
    authType: FunctionUrlAuthType.AWS_IAM,
    invokeMode: InvokeMode.RESPONSE_STREAM,
    ...(corsOrigins.length > 0 && {
      cors: {
        allowedOrigins: [...corsOrigins],
        allowedMethods: [HttpMethod.ALL],
        allowedHeaders: ["*"],
        exposedHeaders: ["*"],
        maxAge: Duration.seconds(PREFLIGHT_SECONDS),
      },
    }),
  });
}

/**
 * Lets callers in: those of this account through the managed policy that is returned, for an
 * administrator to attach, those of other accounts by name. Either way a URL's call takes two actions.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function admit(
  scope: Construct,
  handlers: readonly Function[],
  callers: readonly string[],
): ManagedPolicy {
  const policy = new ManagedPolicy(scope, "Callers", {
    description: "May call the service; what it may do there, the access file says",
  });
  for (const handler of handlers) {
    handler.grantInvokeUrl(policy);
    for (const caller of callers) {
      handler.grantInvokeUrl(
        caller.startsWith("arn:") ? new ArnPrincipal(caller) : new AccountPrincipal(caller),
      );
    }
  }
  return policy;
}
