/** The text form of a Circuit, with the steps of a Schedule where given: for goldens and for reading. */
import type { Circuit, Node } from './circuit.ts';
import type { Schedule } from './schedule.ts';
import { rowMajor, sizeOf, type View } from './view.ts';

/** One line a node: `%7 = add %5 %6[1:,+0] : [4, 20] x 0..510, 5 beats  @3`. */
export function printCircuit(circuit: Circuit, schedule?: Pick<Schedule, 'steps'>): string {
  const lines = [`circuit ${circuit.name} interval ${circuit.interval}`];
  let stage = -1;
  for (const node of circuit.nodes) {
    if (node.stage !== stage) {
      stage = node.stage;
      lines.push(`stage ${circuit.stages[stage]?.name ?? 'inputs'}`);
    }
    const step = schedule ? `  @${schedule.steps[node.id]}` : '';
    lines.push(`  ${nodeText(node)}${step}`);
  }
  lines.push(`output ${circuit.outputs.map(viewText).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

function nodeText(node: Node): string {
  const operands = node.operands.map((view) => ` ${viewText(view)}`).join('');
  const rate = node.beats > 1 ? `, ${node.beats} ${node.streamed ? 'streamed ' : ''}beats` : '';
  const { lo, hi } = node.range;
  return `%${node.id} = ${operationText(node)}${operands} : [${node.shape.join(', ')}] x ${lo}..${hi}${rate}`;
}

function operationText({ op, label }: Node): string {
  switch (op.kind) {
    case 'input':
      return `input ${label}`;
    case 'constant':
      return op.values.length <= 8
        ? `constant {${op.values.join(' ')}}`
        : `constant {${op.values.length} values}`;
    case 'shift-left':
      return `shift-left ${op.bits}`;
    case 'join':
      return `join ${op.bits}`;
    case 'round':
      return `round ${op.bits} ${op.rounding}`;
    case 'clamp':
      return `clamp ${op.lo}..${op.hi}`;
    case 'wrap':
      return `wrap ${op.signed ? 's' : 'u'}${op.width}`;
    case 'table':
      return `table ${op.style} ${op.rows.length}x${op.rows[0].length}`;
    case 'concat':
      return `concat ${op.axis}`;
    case 'running':
      return `running ${op.limit}`;
    default:
      return op.kind;
  }
}

function viewText({ node, shape, strides, offset }: View): string {
  const natural = rowMajor(node.shape);
  const whole =
    offset === 0 &&
    sizeOf(shape) === sizeOf(node.shape) &&
    strides.every((stride, axis) => stride === natural[axis]);
  return whole
    ? `%${node.id}`
    : `%${node.id}[${offset}${shape.map((size, i) => `,${size}:${strides[i]}`).join('')}]`;
}
