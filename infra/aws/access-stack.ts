import { Annotations, CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { LinkedPlaces } from "../linked-places.ts";
import type { Deployment } from "../settings.ts";
import { addFunctionUrl, admit } from "./function-entry.ts";
import { addFunctions, type Bundles, type PictureFunctions } from "./functions.ts";
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
    const { callers, service, restApi, alarmTopic } = deployment;
    if (bundles.access === undefined) {
      Annotations.of(this).addWarningV2(
        "remote-storage:access-file",
        "Without ACCESS_FILE nobody may do anything through the function URLs: it says who may do what",
      );
    }
    const { objects, pictures } = addFunctions(this, deployment, linked, bundles);
    const objectsUrl = addFunctionUrl(objects.function, service.corsOrigins);
    this.show("ObjectsUrl", objectsUrl.url);

    const cdn = pictures && this.addCdn(deployment, pictures);
    const publicUrl = service.publicUrl ?? cdn?.url;
    if (publicUrl !== undefined) objects.function.addEnvironment("PUBLIC_URL", publicUrl);

    const callable = [objects, ...(pictures === undefined ? [] : [pictures.images])];
    const handlers = callable.map((each) => each.function);
    this.show("CallersPolicyArn", admit(this, handlers, callers).managedPolicyArn);
    this.show("RoleArns", callable.map(({ role }) => role.roleArn).join(","));

    const watch = new Watch(this, "Watch", alarmTopic);
    watch.requests("objects", objects);
    if (pictures !== undefined) {
      watch.requests("images", pictures.images);
      watch.sweep(pictures.sweep);
    }
    if (cdn !== undefined) watch.cdn(cdn.distribution.distributionId);

    if (!restApi) return;
    const { url, target, failures } = new RestEntry(
      this,
      "Rest",
      { objects, ...pictures },
      deployment,
    );
    watch.api(failures);
    this.show("ApiUrl", url);
    if (target !== undefined) this.show("ApiDomainTarget", target);
  }

  private addCdn(deployment: Deployment, { images, sweep }: PictureFunctions): PicturesCdn {
    const imagesUrl = addFunctionUrl(images.function, deployment.service.corsOrigins);
    this.show("ImagesUrl", imagesUrl.url);
    new Rule(this, "SweepRule", {
      schedule: Schedule.rate(SWEEP_EVERY),
      targets: [new LambdaFunction(sweep.function, { retryAttempts: 0 })],
    });
    const cdn = new PicturesCdn(this, "Cdn", imagesUrl, deployment);
    this.show("PicturesUrl", cdn.url);
    if (deployment.domain !== undefined) {
      this.show("PicturesDomainTarget", cdn.distribution.distributionDomainName);
    }
    return cdn;
  }

  private show(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
