/**
 * Draws panels with Observable Plot without a browser and stacks them into one stand-alone SVG.
 *
 * Colours and fonts are written out, so that the text needs no style sheet of a page around it.
 */
import * as Plot from '@observablehq/plot';
import { parseDocument } from './dom.ts';

/** Panel and figure sizes are in CSS pixels. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export interface Figure {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export const colours = {
  data: '#1a1a1a',
  fit: '#b3261e',
  inner: '#8fbfe0',
  outer: '#d3e6f4',
  up: '#1b7837',
  down: '#4a3aa7',
  rule: '#9a9a9a',
} as const;

const ink = '#222222';
const font = 'Helvetica, Arial, sans-serif';
const document = parseDocument('<!doctype html><html><body></body></html>');

/** One panel with Plot's options; sizes are needed, since panels are stacked by them. */
export function drawPanel(
  options: Plot.PlotOptions & { readonly width: number; readonly height: number },
): Panel {
  const drawn: unknown = Plot.plot({ ...options, document: document as never });
  const svg = (drawn as { readonly outerHTML: string }).outerHTML
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll('currentColor', ink)
    .replaceAll('var(--plot-background)', 'white')
    .replace(/ class="[^"]*"/g, '')
    .replace(/ style="[^"]*"/g, '')
    .replace(/ aria-[a-z]+="[^"]*"/g, '')
    .replace(/<[^>]+>/g, roundCoordinates);
  return { width: options.width, height: options.height, svg };
}

/** Two decimals of a pixel are enough, and halve the size of a figure. */
function roundCoordinates(tag: string): string {
  return tag.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}

export interface FigureText {
  readonly name: string;
  readonly title: string;
  /** Lines under the title. */
  readonly lines?: readonly string[];
}

const margin = 10;

/** Panels under each other (or side by side in rows of `columns`), under a title and lines of text. */
export function stackPanels(
  { name, title, lines = [] }: FigureText,
  panels: readonly Panel[],
  columns = 1,
): Figure {
  const rows = rowsOf(panels, columns);
  const widest = Math.max(...rows.map((row) => sum(row.map((panel) => panel.width))));
  const width = 2 * margin + Math.max(widest, 480);
  const titles = wrapText(title, Math.floor((width - 2 * margin) / 8)).map((line) => ({ line, size: 14 }));
  const text = lines.flatMap((line) => wrapText(line, Math.floor((width - 2 * margin) / 5.6)));
  const parts: string[] = [];
  let top = margin;
  for (const { line, size } of [...titles, ...text.map((line) => ({ line, size: 11 }))]) {
    top += size + 4;
    parts.push(textElement(margin, top, size, line));
  }
  top += 6;
  for (const row of rows) {
    let left = margin;
    for (const panel of row) {
      parts.push(panel.svg.replace('<svg', `<svg x="${left}" y="${top}"`));
      left += panel.width;
    }
    top += Math.max(...row.map(({ height }) => height));
  }
  const height = top + margin;
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const background = `<rect width="${width}" height="${height}" fill="white"></rect>`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="${font}" font-size="11">`;
  return { name, title, width, height, svg: `${open}${background}${parts.join('')}</svg>` };
}

function rowsOf(panels: readonly Panel[], columns: number): Panel[][] {
  return Array.from({ length: Math.ceil(panels.length / columns) }, (_, i) =>
    panels.slice(i * columns, (i + 1) * columns),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function textElement(x: number, y: number, size: number, content: string): string {
  const weight = size > 11 ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}"${weight} fill="${ink}">${escapeXml(content)}</text>`;
}

export function escapeXml(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Breaks at spaces, and inside words that are longer than a line. */
export function wrapText(line: string, most: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    let rest = word;
    while (current !== '' ? current.length + 1 + rest.length > most : rest.length > most) {
      if (current !== '') {
        lines.push(current);
        current = '';
      } else {
        lines.push(rest.slice(0, most));
        rest = rest.slice(most);
      }
    }
    current = current === '' ? rest : `${current} ${rest}`;
  }
  return current === '' ? lines : [...lines, current];
}
