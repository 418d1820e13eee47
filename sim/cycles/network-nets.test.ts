import { expect, test } from 'vitest';
import { emitNetwork } from '../../rtl-templates/verilog/index.ts';
import { importModel } from '../import/index.ts';
import { lowerNetwork, networkChoices } from '../lower/rtl/index.ts';
import { forkAndJoin } from '../pipeline/network/fork-and-join.suite.ts';
import type { Network } from '../pipeline/network/index.ts';
import { networkNets, prepareNetwork, simulateTiming } from './index.ts';

const sparse = importModel('golden/sparsepixels/neutrino-8b-sparse_t').model;
const dense = importModel('golden/sparsepixels/sparsemnist-16b-full').model;
const networks: readonly (readonly [string, Network])[] = [
  ['a sparse network', lowerNetwork(sparse, networkChoices(sparse, 'fast'))],
  [
    'one whose image comes row by row',
    lowerNetwork(sparse, networkChoices(sparse, 'small', 5, { input: 'rows' })),
  ],
  ['a dense stream', lowerNetwork(dense, networkChoices(dense, 'fast'))],
  ['a network with branches', forkAndJoin({ shortDepth: 9 })],
];

/** Bits of every vector declared in a module of the text. */
function declared(text: string, module: string): Map<string, number> {
  const body = new RegExp(`^module ${module} \\([^]*?^endmodule`, 'm').exec(text)![0];
  const found = body.matchAll(/\b(?:wire|reg) (?:\[(\d+):0\] )?(\w+)/g);
  return new Map([...found].map(([, high, name]) => [name, Number(high ?? 0) + 1]));
}

test.each(networks)(
  'every net of %s stands in its Verilog, as wide as it is there, and whole',
  (_, network) => {
    const input = network.channels.find(({ name }) => name === network.input)!;
    const size = input.beat.reduce((sum, { count }) => sum + count, 0) * input.beatsPerEvent;
    const values = [prepareNetwork(network)(new Float64Array(size))];
    const nets = networkNets(network, simulateTiming(network, 1), values);
    const { top, files } = emitNetwork(network, { latencyCycles: 0, intervalCycles: 0 });
    const text = [...files.values()].join('\n');
    const covered = new Map<string, number>();
    for (const { path, width } of nets) {
      expect(path[0]).toBe(top.name);
      const name = path.join('/');
      covered.set(name, (covered.get(name) ?? 0) + width!);
    }
    for (const [path, bits] of covered) {
      const scopes = path.split('/');
      const net = scopes.at(-1)!;
      const module = scopes.length === 2 ? top.name : `${top.name}_${scopes[1].replace(/^u_/, '')}`;
      expect([path, declared(text, module).get(net)]).toEqual([path, bits]);
    }
    expect(covered.size).toBeGreaterThan(network.channels.length);
  },
);

test('a FIFO shows 0 while it is empty, as its Verilog does', () => {
  const network = forkAndJoin({ shortDepth: 9 });
  const input = Float64Array.from({ length: 30 }, () => 15);
  const nets = networkNets(network, simulateTiming(network, 1), [prepareNetwork(network)(input)]);
  const data = nets.find(({ path }) => path.at(-1) === 'c_fork_1_data')!;
  const valid = nets.find(({ path }) => path.at(-1) === 'c_fork_1_valid')!;
  expect(data.changes.map(({ cycle, value }) => [cycle, value])).toEqual(
    valid.changes.map(({ cycle, value }) => [cycle, value === 1 ? 15 : 0]),
  );
});
