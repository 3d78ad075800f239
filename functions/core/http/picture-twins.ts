import * as v from "valibot";
import type { AppRequest } from "./app.ts";
import { answerPicture, type PictureTask } from "./picture-answer.ts";
import { type Answer, type Route, route } from "./route.ts";
import { bucketName, none, objectKey } from "./schemas.ts";
import type { Services } from "./services.ts";
import { linkSource, ownSource } from "./source.ts";

type Schema<Query> = v.GenericSchema<unknown, Query>;

interface Definition<LinkQuery extends { readonly link: string }> {
  /** `/previews`. */
  readonly path: string;
  /** Of the route for objects, and of the one for links. */
  readonly summaries: readonly [object: string, link: string];
  readonly description: string;
  readonly signable?: boolean;
  readonly query: Schema<Omit<LinkQuery, "link">>;
  /** The same with `link`. */
  readonly linkQuery: Schema<LinkQuery>;
  readonly responses: Readonly<Record<number, Answer>>;
  readonly toTask: (
    query: Omit<LinkQuery, "link">,
    request: AppRequest,
    services: Services,
  ) => PictureTask;
}

/** What is made of an own object, and of what a link points to: two routes that differ in nothing else. */
export function pictureTwins<LinkQuery extends { readonly link: string }>({
  path,
  summaries: [objectSummary, linkSummary],
  query,
  linkQuery,
  toTask,
  ...documented
}: Definition<LinkQuery>): readonly [object: Route, link: Route] {
  const ofObject = route({
    ...documented,
    method: "GET",
    path: `${path}/{bucket}/{key}`,
    summary: objectSummary,
    access: { action: "objects:read", on: ({ params: { bucket, key } }) => `${bucket}/${key}` },
    params: v.object({ bucket: bucketName, key: objectKey }),
    query,
    handle(input, services) {
      const source = ownSource(input.params.bucket, input.params.key, services);
      return answerPicture(input, source, toTask(input.query, input.request, services), services);
    },
  });
  const ofLink = route({
    ...documented,
    method: "GET",
    path,
    summary: linkSummary,
    access: { action: "links:read", on: "items" },
    params: none,
    query: linkQuery,
    handle(input, services) {
      const { link, ...rest } = input.query;
      const source = linkSource(link, input, services);
      return answerPicture(input, source, toTask(rest, input.request, services), services);
    },
  });
  return [ofObject, ofLink];
}
