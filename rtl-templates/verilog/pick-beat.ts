/** A value chosen by the beat that is on, where a value that is held is read beat by beat. */
import { range } from './bits.ts';

/** Statements that set `target` to the value of the beat that is on: threes by `pickModule`, then their disjunction. */
export function picked(
  own: string,
  module: string,
  choices: readonly { readonly on: string; readonly value: string }[],
  target: string,
  width: number,
): string[] {
  const threes = Array.from({ length: Math.ceil(choices.length / 3) }, (_, three) => {
    const some = choices.slice(3 * three, 3 * three + 3).reverse();
    const missing = 3 - some.length;
    const padding = (bits: number) => (missing > 0 ? [`${missing * bits}'d0`] : []);
    return {
      on: [...padding(1), ...some.map(({ on }) => on)].join(', '),
      values: [...padding(width), ...some.map(({ value }) => value)].join(', '),
      wire: `${own}_pick${three}`,
    };
  });
  return [
    ...threes.flatMap(({ on, values, wire }) => [
      `wire ${range(width)} ${wire};`,
      `${module} ${wire}_of (.on({${on}}), .x({${values}}), .y(${wire}));`,
    ]),
    `assign ${target} = ${threes.map(({ wire }) => wire).join(' | ')};`,
  ];
}

/**
 * One of three values: a six-input look-up table a bit. A module of its own, because synthesis makes up to four levels
 * of a longer expression where two are enough.
 */
export function pickModule(name: string, width: number): string {
  const values = [0, 1, 2].map((at) => `({${width}{on[${at}]}} & x[${at * width} +: ${width}])`);
  return [
    '// The value of the beat that is on, of three',
    `module ${name} (`,
    '  input wire [2:0] on,',
    `  input wire ${range(3 * width)} x,`,
    `  output wire ${range(width)} y`,
    ');',
    `  assign y = ${values.join(' | ')};`,
    'endmodule',
  ].join('\n');
}
