/** Columns of text for people: columns of figures right-aligned, the others left-aligned. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const figures = header.map((_, column) =>
    rows.every((row) => /^(exact|[-+\d.,]*( [%x])?)$/.test(row[column])),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (figures[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
