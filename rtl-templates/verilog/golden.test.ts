import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verilogGolden } from '../../scripts/update-verilog-golden.ts';

const folder = join(import.meta.dirname, '../../golden/verilog');
const texts = verilogGolden();

test.each([...texts.keys()])(
  'golden/verilog/%s is what is written today; `npm run golden:update` makes it so',
  (file) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(texts.get(file));
  },
);

test('golden/verilog holds nothing else', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files).toHaveLength(texts.size + 1);
});
