/** Reads comma-separated text with a header line; fields may be quoted. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(fields);
  if (!header) return [];
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

function fields(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(,|\r?$)/g)]
    .filter((match, index, all) => index < all.length - 1 || match[0] !== '' || all.length === 1)
    .map(([, field]) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}
