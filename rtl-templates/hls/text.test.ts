import { expect, test } from 'vitest';
import { listed, paragraphs, text } from './text.ts';

test('takes the common indentation and the outer blank lines off', () => {
  const written = text`
    int a;
      int b;
  `;
  expect(written).toBe('int a;\n  int b;');
});

test('indents the lines of an interpolated text like the place it stands in', () => {
  expect(text`
    {
      ${['a;', 'b;']}
    }
  `).toBe('{\n  a;\n  b;\n}');
});

test('leaves out a line that holds only empty interpolations, and keeps empty lines', () => {
  expect(text`
    a

    ${''}
    b
  `).toBe('a\n\nb');
});

test('keeps backslashes as written', () => {
  expect(text`printf("\n");`).toBe(String.raw`printf("\n");`);
});

test('separates paragraphs by one empty line, without those that are empty', () => {
  expect(paragraphs('a', '', 'b')).toBe('a\n\nb');
});

test('a list that does not fit a line stands below its head, nothing lost, no line too long', () => {
  expect(listed('f', ['a', 'b'], ';')).toBe('f(a, b);');
  const items = Array.from({ length: 30 }, (_, index) => `argument_${index}`);
  const lines = listed('call', items, ';').split('\n');
  expect(lines[0]).toBe('call(');
  expect(lines.every((line) => line.length <= 110)).toBe(true);
  expect(lines.slice(1).join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(`${items.join(', ')});`);
});
