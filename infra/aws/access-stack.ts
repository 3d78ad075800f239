import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { LinkedPlaces } from "../linked-places.ts";
import type { Deployment } from "../settings.ts";
import { addFunctionUrl, admit } from "./function-entry.ts";
import { addFunctions, type Bundles } from "./functions.ts";
import { PicturesCdn } from "./pictures-cdn.ts";
import { RestEntry } from "./rest-entry.ts";
import { Watch } from "./watch.ts";

const SWEEP_EVERY = Duration.hours(1);

/** The service: functions, their entry points, and what watches over them. It keeps nothing. */
export class AccessStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment,
    linked: LinkedPlaces,
    bundles: Bundles,
    props: StackProps,
  ) {
    super(scope, id, props);
    const { callers, domain, service, restApi, alarmTopic } = deployment;
    const { objects, images, sweep } = addFunctions(this, deployment, linked, bundles);
    const objectsUrl = addFunctionUrl(objects.function, service.corsOrigins);
    const imagesUrl = addFunctionUrl(images.function, service.corsOrigins);
    const policy = admit(this, [objects.function, images.function], callers);

    const { distribution } = new PicturesCdn(this, "Cdn", imagesUrl, deployment);
    const publicUrl =
      service.publicUrl ?? `https://${domain?.name ?? distribution.distributionDomainName}`;
    objects.function.addEnvironment("PUBLIC_URL", publicUrl);

    new Rule(this, "SweepRule", {
      schedule: Schedule.rate(SWEEP_EVERY),
      targets: [new LambdaFunction(sweep.function, { retryAttempts: 0 })],
    });
    new Watch(this, "Watch", { objects, images, sweep }, distribution.distributionId, alarmTopic);

    const outputs = {
      ObjectsUrl: objectsUrl.url,
      ImagesUrl: imagesUrl.url,
      PicturesUrl: publicUrl,
      CallersPolicyArn: policy.managedPolicyArn,
      RoleArns: `${objects.role.roleArn},${images.role.roleArn}`,
      ...(domain !== undefined && { PicturesDomainTarget: distribution.distributionDomainName }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
    if (!restApi) return;
    const functions = { objects: objects.function, images: images.function };
    const { url, target } = new RestEntry(this, "Rest", functions, deployment);
    new CfnOutput(this, "ApiUrl", { value: url });
    if (target !== undefined) new CfnOutput(this, "ApiDomainTarget", { value: target });
  }
}
