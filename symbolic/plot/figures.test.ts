import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseInfix } from '../expression/index.ts';
import { makeContext, treatFound, treatGiven } from '../fit/candidate.ts';
import type { FitResult } from '../fit/fit-run.ts';
import { readBinnedData } from '../fit/read-data.ts';
import { fitReport } from '../fit/fit-report.ts';
import { drawFigures, type FitFigures } from './figures.ts';
import { htmlReport } from './report.ts';
import { figuresToPdf } from './svg-to-pdf.ts';

const golden = new URL('../../golden/symbolfit/datasets/', import.meta.url);
const load = (name: string) => readBinnedData(readFileSync(new URL(`${name}.json`, golden), 'utf8'), name);

function draw(result: FitResult): FitFigures {
  const drawing = drawFigures(result);
  for (;;) {
    const step = drawing.next();
    if (step.done === true) return step.value;
  }
}

function fitted(name: string, forms: readonly string[]): FitResult {
  const context = makeContext(load(name), 'chi2', { scaleX: 'range' });
  const candidates = forms.map((form) => treatFound(context, parseInfix(form), form.length));
  return { context, candidates, recommended: 0 };
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('in one dimension', () => {
  const result = fitted('dijet', ['11.5 * exp(-17.37 * x0^0.862)', '0.5']);
  const figures = draw(result);
  const [own, constant] = figures.candidates;

  test('a fit shows every bin above 0, every pull, and two bands', () => {
    const [{ svg }] = own.fit;
    const { y } = result.context.data;
    const above = y.filter((value) => value > 0).length;
    expect(count(svg, /<circle/g)).toBe(above);
    expect(count(svg, /<rect[^>]*width[^>]*height[^>]*fill="#b3261e"|<g fill="#b3261e"/g)).toBeGreaterThan(0);
    expect(svg).toContain('#8fbfe0');
    expect(svg).toContain('#d3e6f4');
    expect(svg).toContain('chi2 / ndf = 6587');
  });

  test('each free parameter has its variation, a form without any has neither variations nor samples', () => {
    expect(own.variations.map(({ name }) => name)).toEqual([
      'candidate-00-variation-a1',
      'candidate-00-variation-a2',
      'candidate-00-variation-a3',
    ]);
    expect(own.sampling).toHaveLength(1);
    expect(constant.correlation).toHaveLength(0);
  });

  test('pictures stand alone: no style sheet, no script, nothing fetched', () => {
    for (const { svg } of [figures.goodness, ...own.fit, ...own.variations, ...own.correlation]) {
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).not.toMatch(/currentColor|var\(|<style|<script|class=|href=|NaN|undefined/);
    }
  });

  test('a PDF has a page a figure, in its size, and is the same for the same date', async () => {
    const pages = [...own.fit, ...own.variations, figures.goodness];
    const pdf = await figuresToPdf(pages, new Date(0));
    const text = Buffer.from(pdf).toString('latin1');
    expect(count(text, /\/Type \/Page\b(?!s)/g)).toBe(pages.length);
    expect(text).toContain(`[0 0 ${own.fit[0].width * 0.75} ${own.fit[0].height * 0.75}]`);
    expect(Buffer.from(await figuresToPdf(pages, new Date(0))).equals(Buffer.from(pdf))).toBe(true);
  });

  test('the report holds all candidates and needs no other file', () => {
    const html = htmlReport(fitReport(result), figures, [{ chi2: 3, bins: 2 }, { chi2: 4, bins: 2 }]); // prettier-ignore
    expect(count(html, /<h2 id="candidate-\d+">/g)).toBe(2);
    expect(count(html, /<svg xmlns/g)).toBe(
      1 +
        own.fit.length +
        own.correlation.length +
        own.variations.length +
        own.sampling.length +
        constant.fit.length +
        constant.variations.length +
        constant.sampling.length,
    );
    expect(html).toContain('masked chi2');
    expect(html).not.toMatch(/<(?:script|link|img)\b|href="(?!#)|src="/);
  });
});

test('in two dimensions there are maps of data, fit, pulls and bands, with a cell a bin each', () => {
  const context = makeContext(load('toy_dataset_3c'), 'chi2', {});
  const candidate = treatGiven(context, parseInfix('a + b*x0 + c*x1'));
  const { candidates } = draw({ context, candidates: [candidate], recommended: 0 });
  const [{ svg }] = candidates[0].fit;
  // 60 steps of the colour scale beside each map.
  expect(count(svg, /<rect /g)).toBe(1 + 4 * (228 + 60) + count(svg, /<clipPath[^>]*><rect/g));
  for (const title of ['data', 'fit', '(data - fit) / error', '68 % band']) expect(svg).toContain(title);
});

test('markup in names and forms is shown, not obeyed', () => {
  const result = fitted('toy_dataset_1', ['0.5 * x0']);
  const named = { ...result, context: { ...result.context, data: { ...result.context.data, name: '<b>&' } } };
  const html = htmlReport(fitReport(named), draw(named));
  expect(html).toContain('&lt;b&gt;&amp;');
  expect(html).not.toContain('<b>&');
});
