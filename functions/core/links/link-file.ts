import { isUtf8 } from "node:buffer";
import type { LinkError } from "./link.ts";

/** A line that holds a link, or that cannot be one. Blank lines and comments are left out. */
export interface LinkLine {
  /** Counts all lines of the file, from 1. */
  readonly line: number;
  /** Without the white space around it; the beginning of the line when `error` is set. */
  readonly link: string;
  readonly error?: LinkError;
}

export interface LinkBatch {
  readonly links: readonly LinkLine[];
  /** Lines read so far, blank ones and comments included. */
  readonly lines: number;
}

export interface LinkFileBatch extends LinkBatch {
  /** Where the next line begins, in bytes of what was read. */
  readonly end: number;
}

/** Room for a link of 8 KiB and much white space around it; a longer line is skipped unread. */
const MAX_LINE_BYTES = 65_536;
/**
 * What is decoded at once: little, so that its links are garbage while still young. No longer than a
 * line may be, so that only a line across blocks can be too long.
 */
const BLOCK_BYTES = 8192;
const MAX_SHOWN_BYTES = 200;

const NEW_LINE = 0x0a;

/**
 * The links of a link file: UTF-8 with or without a byte order mark, LF or CRLF, one link a line, blank
 * lines and lines that start with `#` skipped. Memory stays flat however long the file or one line is,
 * and however the bytes are cut into chunks. A line that is no text is an error of that line alone.
 *
 * @param firstLine the number of the first line, when `body` is a part of a file.
 */
export async function* readLinkFile(
  body: AsyncIterable<Uint8Array>,
  firstLine = 1,
): AsyncGenerator<LinkFileBatch> {
  const splitter = createSplitter(firstLine);
  for await (const chunk of body) {
    for (let start = 0; start < chunk.length && !splitter.refused(); start += BLOCK_BYTES) {
      yield splitter.push(
        Buffer.from(
          chunk.buffer,
          chunk.byteOffset + start,
          Math.min(BLOCK_BYTES, chunk.length - start),
        ),
      );
    }
    if (splitter.refused()) return;
  }
  yield splitter.end();
}

interface Splitter {
  push(block: Buffer): LinkFileBatch;
  end(): LinkFileBatch;
  /** True once the file turned out to be no UTF-8 at all; nothing more is read. */
  refused(): boolean;
}

function createSplitter(firstLine: number): Splitter {
  /** The beginning of a line whose end has not arrived. */
  const open = Buffer.allocUnsafe(MAX_LINE_BYTES);
  let openBytes = 0;
  let overflow = false;
  let lines = firstLine - 1;
  let taken = 0;
  let closed = 0;
  let utf16 = false;
  let links: LinkLine[] = [];

  const append = (part: Buffer): void => {
    overflow ||= openBytes + part.length > MAX_LINE_BYTES;
    openBytes += part.copy(open, openBytes);
  };

  const closeLine = (): void => {
    let bytes = open.subarray(0, openBytes);
    if (lines === 0) {
      utf16 = hasUtf16Mark(bytes);
      if (hasUtf8Mark(bytes)) bytes = bytes.subarray(3);
    }
    lines++;
    if (utf16) links.push({ line: lines, link: "", error: UTF16 });
    else if (overflow) addBroken(bytes, TOO_LONG);
    else addLine(bytes);
    openBytes = 0;
    overflow = false;
  };

  const addLine = (bytes: Buffer): void => {
    if (isText(bytes)) addText(bytes.toString());
    else addBroken(bytes, NOT_TEXT);
  };

  const addText = (text: string): void => {
    const link = trim(text);
    if (link !== "" && !link.startsWith("#")) links.push({ line: lines, link });
  };

  const addBroken = (bytes: Buffer, error: LinkError): void => {
    const link = trim(bytes.toString("utf8", 0, MAX_SHOWN_BYTES));
    if (!link.startsWith("#")) links.push({ line: lines, link, error });
  };

  /** Whole lines, each with its line feed. */
  const addLines = (bytes: Buffer): void => {
    if (!isText(bytes)) {
      for (let from = 0; from < bytes.length;) {
        const end = bytes.indexOf(NEW_LINE, from);
        lines++;
        addLine(bytes.subarray(from, end));
        from = end + 1;
      }
      return;
    }
    const text = bytes.toString();
    for (let from = 0; from < text.length;) {
      const end = text.indexOf("\n", from);
      lines++;
      addText(text.slice(from, end));
      from = end + 1;
    }
  };

  const take = (): LinkFileBatch => {
    const batch = { links, lines, end: closed };
    links = [];
    return batch;
  };

  return {
    refused: () => utf16,
    push: (block) => {
      const first = block.indexOf(NEW_LINE);
      if (first < 0) {
        append(block);
        taken += block.length;
        return take();
      }
      append(block.subarray(0, first));
      closeLine();
      if (utf16) return take();
      const last = block.lastIndexOf(NEW_LINE);
      closed = taken + last + 1;
      taken += block.length;
      addLines(block.subarray(first + 1, last + 1));
      append(block.subarray(last + 1));
      return take();
    },
    end: () => {
      if (openBytes > 0) closeLine();
      closed = taken;
      return take();
    },
  };
}

const TOO_LONG: LinkError = {
  code: "too_long",
  message: `the line has more than ${MAX_LINE_BYTES} bytes`,
  hint: "write one link a line",
};
const NOT_TEXT: LinkError = {
  code: "bad_encoding",
  message: "the line is not UTF-8 text",
  hint: "save the file as UTF-8",
};
const UTF16: LinkError = {
  code: "bad_encoding",
  message: "the file is UTF-16; nothing of it was read",
  hint: "save the file as UTF-8",
};

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

function hasUtf8Mark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function hasUtf16Mark(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Without ASCII white space at both ends: other spaces may belong to an object's name. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (end > start && isWhite(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isWhite(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
