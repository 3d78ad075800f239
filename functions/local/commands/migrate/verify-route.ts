import { partSizeOf, USUAL_SIZES } from "../../../migration/part-plan.ts";
import { openFolderSource } from "../../../migration/folder/source.ts";
import { bucketSide } from "../../../migration/verify/bucket-side.ts";
import type { Finding } from "../../../migration/verify/finding.ts";
import type { Side } from "../../../migration/verify/side.ts";
import { sourceSide } from "../../../migration/verify/source-side.ts";
import { isClean, verify } from "../../../migration/verify/verify.ts";
import { EXIT } from "../command.ts";
import type { Work } from "./migrate.ts";
import type { Report } from "./report.ts";
import type { Route } from "./sides.ts";

/** Compares both ends of a route and names every difference. The exit code. */
export async function verifyRoute(route: Route, work: Work, report: Report): Promise<number> {
  const { source, target } = route;
  const { context, wanted, say, flags, output } = work;
  const { limits } = target.bucket.multipart;
  const names = {
    source: source.type === "folder" ? `${source.path}/${source.prefix}` : source.name,
    target: target.name,
  };
  const tell = async (finding: Finding): Promise<void> => {
    await report.addFinding(finding, names);
    const { name, outcome, detail = "" } = finding;
    if (flags.json === true) {
      await output.write(`${JSON.stringify({ key: name, verified: outcome, detail })}\n`);
    } else if (outcome !== "equal") {
      context.stderr.write(`${outcome}: ${JSON.stringify(name)}: ${detail}\n`);
    }
  };
  const summary = await verify({
    source: sideOf(source),
    target: bucketSide(target.bucket, target.prefix),
    wanted,
    partSize: (size) => (size <= USUAL_SIZES.wholeUpTo ? Infinity : partSizeOf(size, limits)),
    signal: context.signal,
    deliver: tell,
  });
  const { equal, missing, extra, size, content, type, unread } = summary;
  const different = size + content + type;
  say(
    `verified: ${equal} equal, ${missing} missing, ${extra} extra, ${different} different, ${unread} unread`,
  );
  if (isClean({ ...summary, unread: 0 })) return unread === 0 ? EXIT.ok : EXIT.retriesExhausted;
  return EXIT.differs;
}

function sideOf(source: Route["source"]): Side {
  return source.type === "bucket"
    ? bucketSide(source.bucket, source.prefix)
    : sourceSide(openFolderSource({ ...source, now: () => new Date() }));
}
