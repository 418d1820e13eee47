/** One lane group as Verilog: a small module instantiated in a generate loop, or its statements inside the loop. */
import {
  elementIndices,
  type Node,
  sizeOf,
  type View,
  reducedOperands,
} from '../../sim/pipeline/circuit/index.ts';
import { affine, type Bits, elementSelect, literal, packedLiteral, range } from './bits.ts';
import { laneCode, type LaneOperand } from './expression.ts';
import type { LaneGroup } from './lane-groups.ts';
import { elementWidth, isSignedNode, type Signals, vectorWidth } from './signals.ts';

export interface LaneText {
  /** The lane's own module, if it has one, and those that its statements instantiate. */
  readonly modules: readonly string[];
  /** Statements for the stage module. */
  readonly body: readonly string[];
  /** Generate variables used. */
  readonly loops: number;
}

interface LaneInput extends LaneOperand {
  /** Expression that selects a lane's elements in the stage module. */
  readonly select: string;
}

/** @param name  of the module  @param visible  whether a node's vector is read outside its own lanes */
export function laneText(
  group: LaneGroup,
  name: string,
  signals: Signals,
  visible: (node: Node) => boolean,
  header: readonly string[],
): LaneText {
  const lanes = sizeOf(group.shape);
  const axes = group.shape.map((size, axis) => ({ axis, size })).filter(({ size }) => size > 1);
  const inputs = new Map<string, LaneInput>();
  const inside = new Set(group.nodes);
  const varying = group.nodes.some((node) =>
    node.operands.some((view) => isKnown(view) && !sameInEveryLane(view, group.shape.length)),
  );
  // A multiplier block takes known factors at its port; in logic they are worth an own circuit in every lane.
  const inline = (lanes === 1 || varying) && group.multiplierBlocks !== true;

  const operandOf = (node: Node, view: View, index: number): LaneOperand => {
    const reduced = reducedOperands(node.op).includes(index);
    const count = reduced ? view.shape.at(-1)! : 1;
    const width = elementWidth(view.node);
    const signed = isSignedNode(view.node);
    const counted = reduced ? { count } : {};
    if (isKnown(view) && sameInEveryLane(view, group.shape.length)) {
      const values = knownValues(view).slice(0, count);
      if (!reduced) return { text: literal(values[0], width), width, signed, value: values[0] };
      const text = `k_${view.node.id}_${count}_${view.offset}`;
      inputs.set(text, { text, width, signed, count, select: packedLiteral(values, width) });
      return { text, width, signed, ...counted };
    }
    if (inside.has(view.node) && !reduced && signals.seenBy(node, view.node).copy < 0) {
      const own = view.shape.every(
        (size, axis) => size === 1 || view.strides[axis] === rowMajorStride(view, axis),
      );
      if (own && view.offset === 0 && sizeOf(view.shape) === sizeOf(view.node.shape)) {
        return { text: `l_${signals.signal(view.node, -1).name}`, width, signed };
      }
    }
    const select = selection(view, reduced, signals.seenBy(node, view.node).name, axes);
    const known = [...inputs.values()].find((input) => input.select === select && input.signed === signed);
    const input = known ?? { text: `x${inputs.size}`, width, signed, select, ...counted };
    inputs.set(input.text, input);
    return { text: input.text, width, signed, ...counted };
  };

  const statements: string[] = [];
  const helpers: string[] = [];
  for (const node of group.nodes) {
    const width = resultWidth(node);
    const y: Bits = { text: `l_${signals.signal(node, -1).name}`, width, signed: isSignedNode(node) };
    const code = laneCode(
      node.op,
      y,
      node.operands.map((view, index) => operandOf(node, view, index)),
      name,
    );
    helpers.push(...(code.modules ?? []));
    const style =
      node.op.kind === 'multiply' ? `(* use_dsp = "${group.multiplierBlocks ? 'yes' : 'no'}" *) ` : '';
    statements.push(`${style}${code.drives} ${range(width)} ${y.text};`, ...code.lines);
  }
  const results = group.nodes.filter(visible).map((node) => ({
    local: `l_${signals.signal(node, -1).name}`,
    name: signals.signal(node, -1).name,
    width: resultWidth(node),
  }));
  const at = laneIndex(axes, group.shape);
  const target = ({ name: vector, width }: (typeof results)[number]) => elementSelect(vector, at, width);
  const declarations = results.map(({ name: vector, width }) => `wire ${range(width * lanes)} ${vector};`);

  const loopLines = (content: readonly string[]): string[] => {
    let lines = [...content];
    [...axes].reverse().forEach(({ axis, size }, depth) => {
      const label = depth === axes.length - 1 ? `${name}_lanes` : `axis${axis}`;
      lines = [
        `for (i${axis} = 0; i${axis} < ${size}; i${axis} = i${axis} + 1) begin : ${label}`,
        ...lines.map((line) => `  ${line}`),
        'end',
      ];
    });
    return axes.length === 0
      ? [`if (1) begin : ${name}_lanes`, ...lines.map((line) => `  ${line}`), 'end']
      : lines;
  };

  if (inline) {
    const wires = [...inputs.values()].map(
      ({ text, width, count, select }) => `wire ${range(width * (count ?? 1))} ${text} = ${select};`,
    );
    const drive = results.map((result) => `assign ${target(result)} = ${result.local};`);
    return {
      modules: helpers,
      body: [
        ...declarations,
        'generate',
        ...indent(loopLines([...wires, ...statements, ...drive])),
        'endgenerate',
      ],
      loops: maxAxis(axes),
    };
  }
  const ports = [
    ...[...inputs.values()].map(
      ({ text, width, count }) => `input wire ${range(width * (count ?? 1))} ${text}`,
    ),
    ...results.map(({ width, name: vector }) => `output wire ${range(width)} y_${vector}`),
  ];
  const module = [
    ...header.map((line) => `// ${line}`),
    `module ${name} (`,
    ports.map((port) => `  ${port}`).join(',\n'),
    ');',
    ...indent(statements),
    ...results.map(({ name: vector, local }) => `  assign y_${vector} = ${local};`),
    'endmodule',
  ].join('\n');
  const connections = [
    ...[...inputs.values()].map(({ text, select }) => `.${text}(${select})`),
    ...results.map((result) => `.y_${result.name}(${target(result)})`),
  ];
  const instance = [`${name} lane (`, ...indent(connections.join(',\n').split('\n')), ');'];
  return {
    modules: [module, ...helpers],
    body: [...declarations, 'generate', ...indent(loopLines(instance)), 'endgenerate'],
    loops: maxAxis(axes),
  };
}

/** Bits of a node's result in one lane; a table row is one result. */
function resultWidth(node: Node): number {
  const columns = node.op.kind === 'table' ? node.op.rows[0].length : 1;
  return elementWidth(node) * columns;
}

function rowMajorStride(view: View, axis: number): number {
  return sizeOf(view.shape.slice(axis + 1));
}

function isKnown(view: View): boolean {
  return view.node.op.kind === 'constant' && view.node.beats === 1;
}

export function knownValues(view: View): number[] {
  const { op } = view.node;
  if (op.kind !== 'constant') throw new TypeError(`${view.node.label} is no constant`);
  return Array.from(elementIndices(view), (index) => op.values[index]);
}

/** Whether the first `rank` axes do not matter. */
function sameInEveryLane(view: View, rank: number): boolean {
  const values = knownValues(view);
  const inner = sizeOf(view.shape.slice(rank));
  return values.every((value, index) => value === values[index % inner]);
}

function laneIndex(axes: readonly { axis: number; size: number }[], shape: readonly number[]): string {
  return affine(
    0,
    axes.map(({ axis }) => [`i${axis}`, sizeOf(shape.slice(axis + 1))] as const),
  );
}

/** A lane's element, or elements along the reduced axis, of an operand's vector. */
function selection(view: View, reduced: boolean, vector: string, axes: readonly { axis: number }[]): string {
  const width = elementWidth(view.node);
  const terms = axes.map(({ axis }) => [`i${axis}`, view.strides[axis]] as const);
  if (vectorWidth(view.node) === width) return reduced ? `{${view.shape.at(-1)!}{${vector}}}` : vector;
  if (!reduced) return elementSelect(vector, affine(view.offset, terms), width);
  const [count, stride] = [view.shape.at(-1)!, view.strides.at(-1)!];
  if (stride === 1) return elementSelect(vector, affine(view.offset, terms), width, count);
  if (stride === 0) return `{${count}{${elementSelect(vector, affine(view.offset, terms), width)}}}`;
  const elements = Array.from({ length: count }, (_, k) =>
    elementSelect(vector, affine(view.offset + (count - 1 - k) * stride, terms), width),
  );
  return `{${elements.join(',\n  ')}}`;
}

function maxAxis(axes: readonly { axis: number }[]): number {
  return axes.reduce((most, { axis }) => Math.max(most, axis + 1), 0);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
