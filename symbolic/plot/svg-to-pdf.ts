/**
 * Turns figures into pages of one PDF with vector graphics, by walking the elements that draw.ts makes.
 *
 * Known: svg, g, path, line, rect, circle, text, tspan; presentation attributes inherited from groups; translate,
 * rotate and scale; rectangular clip paths. Text uses the built-in Helvetica, so characters outside Latin-1 are replaced.
 */
import PDFDocument from 'pdfkit';
import { parseDocument, type Element } from './dom.ts';
import type { Figure } from './draw.ts';

interface Style {
  readonly fill: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly dash: string;
  readonly opacity: number;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
  readonly fontSize: number;
  readonly bold: boolean;
  readonly anchor: string;
}

const initial: Style = {
  fill: 'black',
  stroke: 'none',
  strokeWidth: 1,
  dash: '',
  opacity: 1,
  fillOpacity: 1,
  strokeOpacity: 1,
  fontSize: 11,
  bold: false,
  anchor: 'start',
};

/** CSS pixels are 3/4 of a point. */
const pointsPerPixel = 0.75;

/**
 * One page a figure, in the figure's size.
 *
 * @param made creation date written into the file; the same figures and date give the same bytes
 */
export async function figuresToPdf(figures: readonly Figure[], made: Date): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    autoFirstPage: false,
    info: { Producer: 'Pipewright', Creator: 'Pipewright', CreationDate: made, ModDate: made },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve());
    pdf.on('error', reject);
  });
  for (const figure of figures) {
    pdf.addPage({ size: [figure.width * pointsPerPixel, figure.height * pointsPerPixel], margin: 0 });
    pdf.outline.addItem(figure.title);
    pdf.scale(pointsPerPixel);
    new Walker(pdf, parseDocument(figure.svg).documentElement).walk();
  }
  pdf.end();
  await finished;
  return Buffer.concat(chunks);
}

class Walker {
  private readonly pdf: PDFKit.PDFDocument;
  private readonly root: Element;

  constructor(pdf: PDFKit.PDFDocument, root: Element) {
    this.pdf = pdf;
    this.root = root;
  }

  walk(): void {
    this.draw(this.root, initial);
  }

  private draw(element: Element, inherited: Style): void {
    const name = element.tagName.toLowerCase();
    if (name === 'defs' || name === 'clippath' || name === 'style' || name === 'title') return;
    const style = styleOf(element, inherited);
    this.pdf.save();
    this.transform(element);
    this.clip(element);
    switch (name) {
      case 'svg':
        this.pdf.translate(number(element, 'x'), number(element, 'y'));
        for (const child of element.children) this.draw(child, style);
        break;
      case 'g':
        for (const child of element.children) this.draw(child, style);
        break;
      case 'path': {
        const data = element.getAttribute('d') ?? '';
        if (data !== '') this.paint(style, () => this.pdf.path(data));
        break;
      }
      case 'line':
        this.paint({ ...style, fill: 'none' }, () =>
          this.pdf
            .moveTo(number(element, 'x1'), number(element, 'y1'))
            .lineTo(number(element, 'x2'), number(element, 'y2')),
        );
        break;
      case 'rect':
        this.paint(style, () => this.pdf.rect(...rectangle(element)));
        break;
      case 'circle':
        this.paint(style, () =>
          this.pdf.circle(number(element, 'cx'), number(element, 'cy'), number(element, 'r')),
        );
        break;
      case 'text':
        this.text(element, style);
        break;
      default:
        throw new Error(`no rule to write <${name}> into a PDF`);
    }
    this.pdf.restore();
  }

  private transform(element: Element): void {
    const text = element.getAttribute('transform') ?? '';
    for (const [, name, inner] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
      const [a, b = 0, c = 0] = inner.split(/[\s,]+/).map(Number);
      if (name === 'translate') this.pdf.translate(a, b);
      else if (name === 'rotate') this.pdf.rotate(a, { origin: [b, c] });
      else if (name === 'scale') this.pdf.scale(a, b || a, { origin: [0, 0] });
    }
  }

  private clip(element: Element): void {
    const id = /url\(#([^)]+)\)/.exec(element.getAttribute('clip-path') ?? '')?.[1];
    const rect = id === undefined ? null : this.root.querySelector(`[id="${id}"] rect`);
    if (rect !== null) this.pdf.rect(...rectangle(rect)).clip();
  }

  private paint(style: Style, trace: () => unknown): void {
    const { pdf } = this;
    const fills = style.fill !== 'none';
    const strokes = style.stroke !== 'none' && style.strokeWidth > 0;
    if (!fills && !strokes) return;
    pdf.fillOpacity(style.opacity * style.fillOpacity).strokeOpacity(style.opacity * style.strokeOpacity);
    if (strokes) {
      pdf.lineWidth(style.strokeWidth);
      const dash = style.dash.split(/[\s,]+/).map(Number).filter((length) => length > 0); // prettier-ignore
      if (dash.length > 0) pdf.dash(dash[0], { space: dash[1] ?? dash[0] });
      else pdf.undash();
    }
    trace();
    if (fills && strokes) pdf.fillAndStroke(colour(style.fill), colour(style.stroke));
    else if (fills) pdf.fill(colour(style.fill));
    else pdf.stroke(colour(style.stroke));
  }

  private text(element: Element, style: Style): void {
    const spans = [...element.children].filter(({ tagName }) => tagName.toLowerCase() === 'tspan');
    const at = (from: Element, name: string) => length(from.getAttribute(name), style.fontSize);
    if (spans.length === 0)
      this.line(element, element.textContent, at(element, 'x'), at(element, 'y'), style);
    for (const span of spans) {
      const x = at(span.getAttribute('x') === null ? element : span, 'x');
      const y = at(span.getAttribute('y') === null ? element : span, 'y');
      this.line(span, span.textContent, x, y, styleOf(span, style));
    }
  }

  private line(element: Element, content: string, x: number, y: number, style: Style): void {
    const { pdf } = this;
    const shown = latin(content);
    if (shown.trim() === '' || style.fill === 'none') return;
    pdf.font(style.bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(style.fontSize);
    const width = pdf.widthOfString(shown);
    const left = style.anchor === 'middle' ? x - width / 2 : style.anchor === 'end' ? x - width : x;
    const shift = length(element.getAttribute('dy'), style.fontSize);
    pdf.fillOpacity(style.opacity * style.fillOpacity).fillColor(colour(style.fill));
    pdf.text(shown, left + length(element.getAttribute('dx'), style.fontSize), y + shift, {
      lineBreak: false,
      baseline: 'alphabetic',
    });
  }
}

function styleOf(element: Element, inherited: Style): Style {
  const text = (name: string, fallback: string) => element.getAttribute(name) ?? fallback;
  const value = (name: string, fallback: number) => {
    const found = element.getAttribute(name);
    return found === null ? fallback : parseFloat(found);
  };
  const weight = element.getAttribute('font-weight');
  return {
    fill: text('fill', inherited.fill),
    stroke: text('stroke', inherited.stroke),
    strokeWidth: value('stroke-width', inherited.strokeWidth),
    dash: text('stroke-dasharray', inherited.dash),
    opacity: inherited.opacity * value('opacity', 1),
    fillOpacity: value('fill-opacity', inherited.fillOpacity),
    strokeOpacity: value('stroke-opacity', inherited.strokeOpacity),
    fontSize: value('font-size', inherited.fontSize),
    bold: weight === null ? inherited.bold : weight === 'bold' || Number(weight) >= 600,
    anchor: text('text-anchor', inherited.anchor),
  };
}

function number(element: Element, name: string): number {
  return parseFloat(element.getAttribute(name) ?? '0') || 0;
}

/** A length in pixels or in em. */
function length(text: string | null, fontSize: number): number {
  if (text === null) return 0;
  return parseFloat(text) * (text.endsWith('em') ? fontSize : 1);
}

function rectangle(element: Element): [number, number, number, number] {
  return [number(element, 'x'), number(element, 'y'), number(element, 'width'), number(element, 'height')];
}

/** pdfkit knows hexadecimal and named colours; rgb(r, g, b) becomes a list. */
function colour(text: string): PDFKit.Mixins.ColorValue {
  const channels = /^rgba?\(([^)]*)\)$/.exec(text)?.[1].split(',').map(Number);
  return channels === undefined ? text : [channels[0], channels[1], channels[2]];
}

const substitutes: ReadonlyMap<string, string> = new Map([
  ['\u2212', '-'], ['\u2191', '^'], ['\u2192', '>'], ['\u2190', '<'], ['\u2193', 'v'], ['\u2009', ' '], ['\u2026', '...'],
]); // prettier-ignore

/** Helvetica's encoding has Latin-1 alone; arrows of axis labels are left out. */
function latin(text: string): string {
  return [...text.replaceAll(/[\u2190-\u2193] ?| ?[\u2190-\u2193]/g, '')]
    .map((character) => (character.codePointAt(0)! < 256 ? character : (substitutes.get(character) ?? '?')))
    .join('');
}
