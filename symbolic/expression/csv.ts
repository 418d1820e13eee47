/** Comma-separated values after RFC 4180: quoted fields, doubled quotes, either line end. */

/** @returns rows of fields; blank lines are left out @throws SyntaxError naming the row of an unclosed quote */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(field);
    if (row.length > 1 || row[0].trim() !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else isQuoted = false;
    } else if (character === '"' && field.trim() === '') {
      isQuoted = true;
      field = '';
    } else if (character === ',') {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r' && !(at === 0 && character === '\uFEFF')) field += character;
  }
  if (isQuoted) throw new SyntaxError(`CSV row ${rows.length + 1}: a quoted field is never closed`);
  if (field !== '' || row.length > 0) endRow();
  return rows;
}

/** One line an array, ending in a line feed; fields are quoted where they need it. */
export function formatCsv(rows: readonly (readonly (string | number)[])[]): string {
  const quote = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return rows.map((row) => row.map((field) => quote(String(field))).join(',') + '\n').join('');
}
