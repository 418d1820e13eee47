import { expect, test } from 'vitest';
import { canonicalModules } from './verilog-modules.ts';

const design = (prefix: string, operator = '&') => `
// Layer ${prefix}
module ${prefix}_stage (
  input wire [3:0] ${prefix}_a,
  output wire [1:0] o_${prefix}
);
  wire [1:0] less_${prefix.length};
  ${prefix}_lane lane (.x0(${prefix}_a[1:0]), .y_${prefix}(less_${prefix.length}));
  assign o_${prefix} = less_${prefix.length};
endmodule

module ${prefix}_lane (
  input wire [1:0] x0,
  output wire [1:0] y_${prefix}
);
  assign y_${prefix} = x0 ${operator} 2'h3;
endmodule
`;

test('the same hardware under other names is the same module', () => {
  const one = canonicalModules([design('first')])('first_stage');
  const other = canonicalModules([design('another')])('another_stage');
  expect(other.text).toBe(one.text);
  expect(other.key).toBe(one.key);
  expect([...one.ports.keys()]).toEqual(['first_a', 'o_first']);
  expect([...other.ports.values()]).toEqual([...one.ports.values()]);
});

test('another operation deep inside is another module at every level above', () => {
  const one = canonicalModules([design('first')])('first_stage');
  const other = canonicalModules([design('first', '|')])('first_stage');
  expect(other.key).not.toBe(one.key);
  expect(other.children[0].key).not.toBe(one.children[0].key);
});

test('connections name the ports of the canonical child, and literals stay', () => {
  const module = canonicalModules([design('first')])('first_stage');
  const [child] = module.children;
  for (const port of child.ports.values()) {
    expect(module.text).toContain(`.${port}(`);
    expect(child.stub).toContain(port);
  }
  expect(child.text).toContain("2'h3");
  expect(child.stub).not.toContain('assign');
});
