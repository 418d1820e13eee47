/** The calls of a top function: one line a stage, with the layer's name and kind above it. */
import type { HlsDesign, Stage } from './design.ts';
import { listed, text } from './text.ts';

/** @param declare  declaration of an internal buffer, with its hints */
export function stageCalls(design: HlsDesign, declare: (id: string) => string): string {
  const internal = new Set(design.internal.map(({ id }) => id));
  return design.stages
    .map((stage) => {
      const written = writtenBy(stage).filter((id) => internal.has(id));
      return text`
        ${comment(stage)}
        ${written.map(declare)}
        ${call(stage, design.mapping.io)}
        ${stage.kind === 'layer' ? written.map((id) => `TRACE(${id});`) : ''}
      `;
    })
    .join('\n\n');
}

function writtenBy(stage: Stage): string[] {
  switch (stage.kind) {
    case 'layer':
      return stage.outputs.map(({ id }) => id);
    case 'fan-out':
      return stage.to.map(({ id }) => id);
    case 'discard':
      return [];
    default:
      return stage satisfies never;
  }
}

function comment(stage: Stage): string {
  if (stage.kind !== 'layer') return '';
  const note = stage.plan.note === undefined ? '' : `: ${stage.plan.note}`;
  return `// ${stage.layer.name} (${stage.layer.kind})${note}`;
}

function call(stage: Stage, io: 'parallel' | 'stream'): string {
  switch (stage.kind) {
    case 'layer': {
      const buffers = [...stage.inputs, ...stage.outputs].map(({ id }) => id);
      const constants = stage.constants.map(({ id }) => `weights::${id}`);
      return listed(
        `kernels::${stage.plan.kernel.name}<layers::${stage.id}>`,
        [...buffers, ...constants],
        ';',
      );
    }
    case 'fan-out': {
      const { beats, lanes, type, id } = stage.from;
      const size = io === 'parallel' ? `${beats * lanes}` : `beat<${type}, ${lanes}>, ${beats}`;
      return `kernels::fan_out<${size}>(${[id, ...stage.to.map((to) => to.id)].join(', ')});`;
    }
    case 'discard': {
      const { beats, lanes, type, id } = stage.from;
      return `kernels::discard<beat<${type}, ${lanes}>, ${beats}>(${id});`;
    }
    default:
      return stage satisfies never;
  }
}
