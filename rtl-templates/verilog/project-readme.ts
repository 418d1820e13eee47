/** README.md of an emitted folder. */
import type { VerilogManifest } from '../../schemas/verilog-manifest.ts';

export function projectReadme(manifest: VerilogManifest): string {
  const { top, clock, input, output, files, axiStream, tagBits } = manifest;
  const design = files.synthesis.filter((file) => file !== `${axiStream?.module}.v`);
  return `# ${top}

Verilog-2005, vendor-neutral. \`manifest.json\` says the same for programs (schema \`${manifest.schema}\`).

| | |
| --- | --- |
| latency | ${manifest.latencyCycles} cycles, from the edge that accepts an event to that at which its result can be taken |
| interval | ${manifest.intervalCycles} cycles between events at full rate |
| clock | \`clk\`, ${clock.periodNs} ns, operations placed into steps for ${clock.family}; constraints in ${files.constraints.map((file) => `\`${file}\``).join(', ')} |
| reset | \`rst\`, synchronous, active high; throws away what is inside |

## Ports

A beat moves at a rising edge of \`clk\` with valid and ready both high. Elements stand row-major, the first in the lowest bits${input.beatsPerEvent * output.beatsPerEvent > 1 ? ', beat after beat' : ''}.

| port | bits | beats an event | tensors |
| --- | --- | --- | --- |
| \`in_data\` | ${input.bits} | ${input.beatsPerEvent} | ${input.tensors.map(describe).join(', ')} |
| \`out_data\` | ${output.bits} | ${output.beatsPerEvent} | ${output.tensors.map(describe).join(', ')} |
${tagBits > 0 ? `\nA tag of ${tagBits} bits given with an event (\`in_tag\`) leaves with its result (\`out_tag\`).\n` : ''}${axiStream ? stream(axiStream, tagBits) : ''}
## Simulation

Verilator: \`events\` is a 64-bit count of beats and then their 32-bit words, lowest first; each line of \`results\` has the
cycle of acceptance, the cycle of departure and the output in hexadecimal. Gap and stall are chances in 256 of a cycle
without an input and without readiness.

\`\`\`
verilator --cc --exe --build -O3 --top-module ${top} verilator-main.cpp ${design.join(' ')}
obj_dir/V${top} events results <gap> <stall> <seed> <most cycles>
\`\`\`
${
  files.simulation.includes('testbench.v')
    ? `
Icarus Verilog: \`events.hex\` has one ${input.beatsPerEvent > 1 ? 'input beat' : 'event'} a line.

\`\`\`
iverilog -g2005 -s testbench -o sim testbench.v ${design.join(' ')}
vvp sim +events=<${input.beatsPerEvent > 1 ? 'input beats' : 'count'}> [+gap=<g>] [+stall=<s>] [+seed=<n>] [+limit=<cycles>] [+reset_at=<cycle>]
\`\`\`
`
    : ''
}`;
}

function describe({ name, shape, type }: VerilogManifest['input']['tensors'][number]): string {
  return `${name} [${shape.join(', ')}] of \`${type}\``;
}

function stream(
  {
    module,
    beatBits,
    inputBeats,
    outputBeats,
    inputBeatsPerBeat,
    outputBeatsPerBeat,
  }: NonNullable<VerilogManifest['axiStream']>,
  tagBits: number,
): string {
  if (inputBeatsPerBeat !== undefined && outputBeatsPerBeat !== undefined)
    return `
## AXI4-Stream

\`${module}\` is the same with beats of ${beatBits} bits (\`aclk\`, \`aresetn\`): an event is ${inputBeats} of them, ${inputBeatsPerBeat} for each beat of \`in_data\`; a
result is ${outputBeats}, ${outputBeatsPerBeat} for each of \`out_data\`; TLAST on the last of each. Bit i of \`in_data\` or \`out_data\` is bit i mod ${beatBits} of beat floor(i / ${beatBits})
of its own; what is left of the last is ignored, and 0 in a result. Of an event whose TLAST comes too early the rest is taken as 0, and what comes
after the last beat is thrown away until TLAST. Its result leaves all the same, with bit 0 of TUSER high at TLAST, and so does that of
an event of which bytes are missing by TKEEP; \`malformed\` shows both.${tagBits > 0 ? ' The bits of TUSER above hold the number of the event.' : ''}
`;
  return `
## AXI4-Stream

\`${module}\` is the same with beats of ${beatBits} bits (\`aclk\`, \`aresetn\`): an event is ${inputBeats} beats, a result ${outputBeats}, TLAST on the last
of each. Bit i of a word is bit i mod ${beatBits} of beat floor(i / ${beatBits}). An event whose TLAST comes at another beat, or of which
bytes are missing by TKEEP, is dropped and shown on \`malformed\`.${tagBits > 0 ? ' TUSER of a result is the number of its event.' : ''}
`;
}
