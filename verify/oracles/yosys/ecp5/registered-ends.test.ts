import { expect, test } from 'vitest';
import { canonicalModules } from '../verilog-modules.ts';
import { registeredEnds } from './registered-ends.ts';

const module = (ports: string) => canonicalModules([`module one (\n${ports}\n);\n\nendmodule`])('one');

test('every port but the clock has a register of its width between the block and the outside', () => {
  const block = module('  input wire clk,\n  input wire [6:0] a,\n  input wire b,\n  output reg [2:0] c');
  const [clk, a, b, c] = ['clk', 'a', 'b', 'c'].map((port) => block.ports.get(port)!);
  const text = registeredEnds(block);
  expect(text).toContain(`input wire [6:0] ${a}`);
  expect(text).toContain(`reg [6:0] at_${a};\nalways @(posedge clk) at_${a} <= ${a};`);
  expect(text).toContain(`always @(posedge clk) at_${b} <= ${b};`);
  expect(text).toContain(`output reg [2:0] ${c}`);
  expect(text).toContain(`always @(posedge clk) ${c} <= at_${c};`);
  expect(text).toContain(`(.${clk}(clk), .${a}(at_${a}), .${b}(at_${b}), .${c}(at_${c}));`);
});

test('a block without a clock gets one for its ends', () => {
  const block = module('  input wire a,\n  output wire b');
  expect(registeredEnds(block)).toMatch(/module top \(\s+input wire clk,/);
  expect(registeredEnds(block)).not.toContain('(clk)');
});
