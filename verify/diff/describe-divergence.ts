/** A divergence in words: where, expected and got with their format, and the operands. */
import type { Divergence } from './compare-event.ts';
import type { Operand } from './operands.ts';

const SHOWN_OPERANDS = 24;

export function describeDivergence(divergence: Divergence): string {
  const { event, layer, tensor, element, position, format, expected, got, bit, operands } = divergence;
  const shown = operands.slice(0, SHOWN_OPERANDS);
  const more = operands.length - shown.length;
  return [
    `first divergence: event ${event}, layer '${layer}', ${tensor}[${position.join(', ')}] (element ${element}), ${format}`,
    `  expected ${expected.value} (raw ${expected.raw})`,
    `  got      ${got.value} (raw ${got.raw}); the highest bit that differs is bit ${bit}`,
    ...(shown.length > 0 ? ['  made from'] : []),
    ...shown.map((operand) => `    ${describeOperand(operand)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ].join('\n');
}

function describeOperand({ name, index, value, raw }: Operand): string {
  return `${name}[${index}] = ${value} (raw ${raw})`;
}
