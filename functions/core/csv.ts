/** One row as RFC 4180 has it, its line break (CRLF) included. */
export function toCsvRow(fields: readonly string[]): string {
  return `${fields.map(quote).join(",")}\r\n`;
}

/** Values that a spreadsheet takes for formulas are quoted, never altered: they are data. */
function quote(field: string): string {
  return /[",;\r\n\t]|^[=+\-@ ]| $/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
