/**
 * Emitted text as tagged templates: C++ stands in the source as it will stand in the file.
 *
 * - the indentation common to all lines, and the first and last line if blank, are taken off;
 * - an interpolated text of several lines keeps the indentation of the place it stands in;
 * - \` and \${ stand for themselves;
 * - an array is its items, one a line; a line that holds nothing but empty interpolations is left out.
 */
export type Fragment = string | number | readonly string[];

export function text(strings: TemplateStringsArray, ...values: readonly Fragment[]): string {
  const holes = values.map((value) => (typeof value === 'object' ? value.join('\n') : String(value)));
  const template = strings.raw.join(HOLE).replaceAll('\\`', '`').replaceAll('\\${', '${');
  let next = 0;
  const lines = dedent(template.split('\n')).flatMap((line) => {
    if (!line.includes(HOLE)) return [line];
    const indent = /^ */.exec(line)![0];
    const filled = line.replaceAll(HOLE, () => holes[next++].replaceAll('\n', `\n${indent}`));
    const onlyHoles = line.replaceAll(HOLE, '').trim() === '';
    if (onlyHoles && filled.trim() === '') return [];
    return [filled.replaceAll(/[ ]+$/gm, '')];
  });
  return lines.join('\n');
}

/** The texts that are not empty, with an empty line between two. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Stands for an interpolation while lines are measured; no C++ or Tcl text holds this character. */
const HOLE = '\u0000';

function dedent(lines: readonly string[]): string[] {
  const first = lines[0].trim() === '' ? 1 : 0;
  const last = lines.at(-1)!.trim() === '' ? lines.length - 1 : lines.length;
  const body = lines.slice(first, Math.max(first, last));
  const depths = body.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length);
  const depth = depths.length === 0 ? 0 : Math.min(...depths);
  return body.map((line) => line.slice(depth));
}

/** Longest line of emitted calls and signatures. */
const LINE = 110;

/** `head(a, b, ...)tail` in one line, or with as many items a line as fit below it. */
export function listed(head: string, items: readonly string[], tail: string): string {
  const whole = `${head}(${items.join(', ')})${tail}`;
  if (whole.length <= LINE) return whole;
  const lines: string[] = [];
  items.forEach((item, index) => {
    const ended = index === items.length - 1 ? `${item})${tail}` : `${item},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + ended.length <= LINE)
      lines[lines.length - 1] = `${last} ${ended}`;
    else lines.push(`    ${ended}`);
  });
  return [`${head}(`, ...lines].join('\n');
}
