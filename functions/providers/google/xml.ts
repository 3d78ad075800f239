/** The XML API speaks in records of text, so nothing is taken for a number; a `Part` is always a list. */
const OPTIONS = {
  parseTagValue: false,
  isArray: (name: string) => name === "Part",
  // Without it references by number stay as they are, and quotes of etags may come as such.
  htmlEntities: true,
};

/** A document as nested records. The parser is loaded by the first one: signing does without. */
export async function parseXml<T>(text: string): Promise<T> {
  const { XMLParser } = await import("fast-xml-parser");
  return new XMLParser(OPTIONS).parse(text);
}

export async function buildXml(document: Readonly<Record<string, unknown>>): Promise<string> {
  const { XMLBuilder } = await import("fast-xml-parser");
  return new XMLBuilder().build(document);
}
