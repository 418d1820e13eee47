/** A module between registers, so that the longest path of the whole runs from register to register. */
import { modulePorts } from '../module-ports.ts';
import type { CanonicalModule } from '../verilog-modules.ts';

/**
 * Verilog of a module `top` around `block`: a register at every port but the clock, as the blocks around it have them
 * at most. A path that goes through ports is measured for the part that lies inside.
 */
export function registeredEnds(block: CanonicalModule): string {
  const clock = block.ports.get('clk');
  const connections: string[] = [];
  const ports = ['input wire clk'];
  const body: string[] = [];
  for (const { name, direction, range } of modulePorts(block)) {
    if (name === clock) {
      connections.push(`.${name}(clk)`);
      continue;
    }
    connections.push(`.${name}(at_${name})`);
    ports.push(`${direction} ${direction === 'input' ? 'wire' : 'reg'} ${range} ${name}`);
    body.push(
      ...(direction === 'input'
        ? [`reg ${range} at_${name};`, `always @(posedge clk) at_${name} <= ${name};`]
        : [`wire ${range} at_${name};`, `always @(posedge clk) ${name} <= at_${name};`]),
    );
  }
  return [
    'module top (',
    `  ${ports.join(',\n  ')}`,
    ');',
    ...body,
    `${block.name} block (${connections.join(', ')});`,
    'endmodule',
  ].join('\n');
}
