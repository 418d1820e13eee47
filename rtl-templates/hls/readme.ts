/** README.md of an emitted project: what is where, and how to build it. */
import type { HlsDesign } from './design.ts';
import { text } from './text.ts';

export function readme(design: HlsDesign, tool: string, use: string): string {
  const { model, mapping, top, stages } = design;
  const layers = stages.flatMap((stage) => {
    if (stage.kind !== 'layer') return [];
    const { layer, plan, outputs, id } = stage;
    const made = outputs.map((buffer) => `\`${buffer.id}\``).join(', ');
    return [`| ${layer.name} | \`layers::${id}\` | \`kernels/${plan.kernel.name}.h\` | ${made} |`];
  });
  return text`
    # ${model.name} for ${tool}

    Written by Pipewright. Part ${mapping.part}, clock ${mapping.clockNs} ns, io_${mapping.io}; top function \`${top}\`.

    ${use}

    | layer | constants and types | kernel | makes |
    | --- | --- | --- | --- |
    ${layers}

    * \`src/types.h\`: number types of all tensors; \`src/layers.h\`: what each layer instantiates its kernel with.
    * \`src/weights/\`: constants as headers, and the same values as text, one a line.
    * \`tb/\`: the test bench, which reads events as raw integers and compares by itself. Compiled with \`-DTRACE_TENSORS\` and
      run with \`--trace FILE\` it writes what every layer made.
  `;
}
