import { createHash, randomUUID } from "node:crypto";
import { XMLParser } from "fast-xml-parser";

/** What the XML API answers with. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface UploadRequest {
  readonly method: string;
  readonly target: string;
  readonly query: URLSearchParams;
  readonly type: string | null;
  readonly body: Buffer;
}

interface Upload {
  readonly target: string;
  readonly type: string | null;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>;
}

const MIN_PART = 5 * 1024 * 1024;
/** Small, so that lists of parts have several pages. */
const PAGE = 1;

export const failed = (status: number, code: string): Answer => ({
  status,
  body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`,
});

const escape = (text: string): string => text.replaceAll('"', "&quot;");

/**
 * Uploads in parts, as Google describes them, in memory; `store` takes the whole in the end.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-complete
 */
export function createUploads(
  store: (target: string, type: string | null, bytes: Buffer) => Promise<void>,
): (request: UploadRequest) => Promise<Answer> {
  const uploads = new Map<string, Upload>();
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "Part" });

  function listParts({ parts }: Upload, marker: number): Answer {
    const rest = [...parts].filter(([number]) => number > marker).toSorted(([a], [b]) => a - b);
    const page = rest
      .slice(0, PAGE)
      .map(
        ([number, { etag, bytes }]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>${escape(etag)}</ETag><Size>${bytes.length}</Size></Part>`,
      );
    const next = `<NextPartNumberMarker>${rest.at(PAGE - 1)?.[0]}</NextPartNumberMarker>`;
    const more = rest.length > PAGE ? `<IsTruncated>true</IsTruncated>${next}` : "";
    return { status: 200, body: `<ListPartsResult>${page.join("")}${more}</ListPartsResult>` };
  }

  async function complete(id: string, upload: Upload, body: Buffer): Promise<Answer> {
    const { CompleteMultipartUpload: wish } = parser.parse(body.toString());
    const chunks: Buffer[] = [];
    for (const { PartNumber, ETag } of wish?.Part ?? []) {
      const part = upload.parts.get(Number(PartNumber));
      if (part === undefined || part.etag !== ETag) return failed(400, "InvalidPart");
      chunks.push(part.bytes);
    }
    if (chunks.length === 0) return failed(400, "MalformedCompleteMultipartUploadRequest");
    if (chunks.slice(0, -1).some(({ length }) => length < MIN_PART))
      return failed(400, "EntityTooSmall");
    uploads.delete(id);
    await store(upload.target, upload.type, Buffer.concat(chunks));
    return { status: 200, body: "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>" };
  }

  return async ({ method, target, query, type, body }) => {
    if (method === "POST" && query.has("uploads")) {
      const id = randomUUID();
      uploads.set(id, { target, type, parts: new Map() });
      const result = `<UploadId>${id}</UploadId>`;
      return {
        status: 200,
        body: `<InitiateMultipartUploadResult>${result}</InitiateMultipartUploadResult>`,
      };
    }
    const id = query.get("uploadId") ?? "";
    const upload = uploads.get(id);
    if (upload?.target !== target) return failed(404, "NoSuchUpload");
    switch (method) {
      case "GET":
        return listParts(upload, Number(query.get("part-number-marker") ?? 0));
      case "PUT": {
        const etag = `"${createHash("md5").update(body).digest("hex")}"`;
        upload.parts.set(Number(query.get("partNumber")), { bytes: body, etag });
        return { status: 200, headers: { etag } };
      }
      case "POST":
        return complete(id, upload, body);
      default:
        uploads.delete(id);
        return { status: 204 };
    }
  };
}
