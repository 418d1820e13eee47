/** One stage as a Verilog module: lane groups, joins, beats, and the registers that hold values. */
import {
  FLAT_BEATS,
  isBlockTable,
  isGathered,
  type Node,
  rowMajor,
  sizeOf,
  type View,
} from '../../sim/pipeline/circuit/index.ts';
import { affine, elementSelect, literal, packedLiteral, range } from './bits.ts';
import { extended } from './extended.ts';
import { hasLanes, type LaneGroup } from './lane-groups.ts';
import { laneText } from './lane-module.ts';
import { picked, pickModule } from './pick-beat.ts';
import { elementWidth, isSignedNode, type Signals, vectorWidth } from './signals.ts';

export interface StageText {
  readonly index: number;
  readonly name: string;
  /** The stage's module and those of its lanes. */
  readonly modules: readonly string[];
  /** Steps whose event token the stage takes as `token_<step>`. */
  readonly tokens: readonly number[];
  /** Steps for which it takes `beat_<step>`, high for every input beat in the step, and `first_<step>`, for an event's first. */
  readonly beatSteps: readonly number[];
  readonly registerBits: number;
  readonly clocked: boolean;
}

export function stageModule(
  stage: number,
  name: string,
  signals: Signals,
  groups: ReadonlyMap<Node, LaneGroup>,
): StageText | undefined {
  const { schedule, holds } = signals;
  const { circuit, steps } = schedule;
  const nodes = circuit.nodes.filter((node) => node.stage === stage && node.op.kind !== 'constant');
  if (nodes.length === 0) return undefined;
  const imports = signals.imports[stage];
  const exports = signals.exports[stage];
  const tokens = new Set<number>();
  const beatSteps = new Set<number>();
  const body: string[] = [];
  const modules: string[] = [];
  let registerBits = 0;
  let loops = 0;
  let clocked = false;

  const token = (step: number): string => {
    tokens.add(step);
    return `token_${step < 0 ? 'accept' : step}`;
  };
  const register = (signal: string, width: number, from: string, enable?: string) => {
    clocked = true;
    registerBits += width;
    body.push(`reg ${range(width)} ${signal};`);
    body.push(`always @(posedge clk)${enable === undefined ? '' : ` if (${enable})`} ${signal} <= ${from};`);
  };
  const exported = new Set(exports.map(({ name: signal }) => signal));
  const users = new Map<Node, Node[]>();
  for (const node of circuit.nodes) {
    for (const view of node.operands) users.set(view.node, [...(users.get(view.node) ?? []), node]);
  }
  /** Whether a node's own vector is read elsewhere than inside its lane group. */
  const visible = (node: Node): boolean => {
    if (exported.has(signals.signal(node, -1).name) || holds[node.id].loads.length > 0) return true;
    const group = groups.get(node);
    return (users.get(node) ?? []).some((user) => {
      if (groups.get(user) !== group || user.op.kind === 'one-hot' || user.op.kind === 'mux') return true;
      return user.operands.some((view) => view.node === node && !sameLane(view));
    });
  };

  /** Statements that fill elements of a target vector, lane by lane. */
  const fill = (
    shape: readonly number[],
    label: string,
    statement: (
      terms: (strides: readonly number[]) => (readonly [string, number])[],
    ) => string | readonly string[],
  ) => {
    const axes = shape.map((size, axis) => ({ size, axis })).filter(({ size }) => size > 1);
    const terms = (strides: readonly number[]) =>
      axes.map(({ axis }) => [`i${axis}`, strides[axis]] as const);
    let lines = [statement(terms)].flat();
    [...axes].reverse().forEach(({ size, axis }, depth) => {
      const block = depth === axes.length - 1 ? label : `axis${axis}`;
      lines = [
        `for (i${axis} = 0; i${axis} < ${size}; i${axis} = i${axis} + 1) begin : ${block}`,
        ...lines.map((line) => `  ${line}`),
        'end',
      ];
      loops = Math.max(loops, axis + 1);
    });
    body.push(
      ...(axes.length === 0 ? lines : ['generate', ...lines.map((line) => `  ${line}`), 'endgenerate']),
    );
  };

  const element = (
    node: Node,
    view: View,
    terms: (strides: readonly number[]) => (readonly [string, number])[],
  ) => {
    const vector = signals.seenBy(node, view.node).name;
    const width = elementWidth(view.node);
    if (vectorWidth(view.node) === width) return vector;
    return elementSelect(vector, affine(view.offset, terms(view.strides)), width);
  };

  const declared = new Set<string>();
  /** Known vectors; those that some line names are declared. */
  const known = new Map<string, string>();
  const constants = (node: Node) => {
    for (const { node: operand } of node.operands) {
      if (operand.op.kind !== 'constant') continue;
      const signal = signals.seenBy(node, operand).name;
      const width = elementWidth(operand);
      const key = operand.beats > 1 ? `${signal}_s${steps[node.id]}` : signal;
      if (declared.has(key)) continue;
      declared.add(key);
      if (operand.beats === 1) {
        const text = packedLiteral(operand.op.values, width);
        known.set(signal, `localparam ${range(vectorWidth(operand))} ${signal} = ${text};`);
        continue;
      }
      const size = sizeOf(operand.shape);
      const rows = Array.from({ length: operand.beats }, (_, beat) => {
        const values =
          operand.op.kind === 'constant' ? operand.op.values.slice(beat * size, (beat + 1) * size) : [];
        const enable = token(steps[node.id] + beat - 1);
        return `({${size * width}{${enable}}} & ${packedLiteral(values, width)})`;
      });
      register(key, size * width, rows.join(' | '));
    }
  };
  const renamed: Signals = {
    ...signals,
    seenBy: (reader, operand) => {
      const signal = signals.seenBy(reader, operand);
      const late = operand.op.kind === 'constant' && operand.beats > 1;
      return late ? { ...signal, name: `${signal.name}_s${steps[reader.id]}` } : signal;
    },
  };

  let step = -1;
  const done = new Set<LaneGroup>();
  let groupNumber = 0;
  for (const node of [...nodes].sort((a, b) => steps[a.id] - steps[b.id] || a.id - b.id)) {
    if (steps[node.id] !== step) {
      step = steps[node.id];
      body.push('', `// step ${step}`);
    }
    const group = groups.get(node);
    const groupNodes = group && !done.has(group) ? group.nodes : group ? [] : [node];
    groupNodes.forEach(constants);
    if (group && !isBlockTable(node)) {
      if (!done.has(group)) {
        done.add(group);
        groupNumber += 1;
        const kinds = [...new Set(group.nodes.map(({ op }) => op.kind))].join(', ');
        const header = [
          `${circuit.stages[stage].name}, step ${step}: ${kinds}; ${sizeOf(group.shape)} lanes`,
        ];
        const text = laneText(group, `${name}_s${step}_${groupNumber}`, renamed, visible, header);
        modules.push(...text.modules);
        body.push(...text.body);
        loops = Math.max(loops, text.loops);
      }
    } else {
      clockedNode(node);
    }
    copies(node);
  }

  function clockedNode(node: Node): void {
    const own = signals.signal(node, -1).name;
    const width = elementWidth(node);
    const size = sizeOf(node.shape);
    const bits = vectorWidth(node);
    switch (node.op.kind) {
      case 'concat': {
        const { axis } = node.op;
        body.push(`wire ${range(bits)} ${own};`);
        let before = 0;
        node.operands.forEach((view, index) => {
          const strides = node.shape.map((_, at) => sizeOf(node.shape.slice(at + 1)));
          const offset = before * strides[axis];
          fill(view.shape, `${own}_part${index}`, (terms) => {
            const source = {
              text: element(node, view, terms),
              width: elementWidth(view.node),
              signed: isSignedNode(view.node),
            };
            return `assign ${elementSelect(own, affine(offset, terms(strides)), width)} = ${extended(source, width)};`;
          });
          before += view.shape[axis];
        });
        return;
      }
      case 'serialise': {
        const view = node.operands[0];
        const inner = { ...view, shape: view.shape.slice(1), strides: view.strides.slice(1) };
        body.push(`wire ${range(bits)} ${own};`);
        fill(node.shape, `${own}_beats`, (terms) => {
          const strides = node.shape.map((_, at) => sizeOf(node.shape.slice(at + 1)));
          const choices = Array.from({ length: node.beats }, (_, beat) => ({
            on: token(steps[node.id] + beat),
            value: element(node, { ...inner, offset: view.offset + beat * view.strides[0] }, terms),
          }));
          const target = elementSelect(own, affine(0, terms(strides)), width);
          if (node.beats > FLAT_BEATS) return picked(own, `${name}_pick_${node.id}`, choices, target, width);
          const gated = choices.map(({ on, value }) => `({${width}{${on}}} & ${value})`);
          return `assign ${target} = ${gated.join(' | ')};`;
        });
        if (node.beats > FLAT_BEATS) modules.push(pickModule(`${name}_pick_${node.id}`, width));
        return;
      }
      case 'collect': {
        const view = node.operands[0];
        const { beats } = view.node;
        const part = `${own}_in`;
        const partBits = bits / beats;
        body.push(`wire ${range(partBits)} ${part};`);
        fill(view.shape, `${own}_elements`, (terms) => {
          const strides = view.shape.map((_, at) => sizeOf(view.shape.slice(at + 1)));
          return `assign ${elementSelect(part, affine(0, terms(strides)), width)} = ${element(node, view, terms)};`;
        });
        body.push(`reg ${range(bits)} ${own};`);
        registerBits += bits;
        clocked = true;
        for (let beat = 0; beat < beats; beat++) {
          const target = `${own}[${(beat + 1) * partBits - 1}:${beat * partBits}]`;
          body.push(`always @(posedge clk) if (${token(steps[node.id] + beat)}) ${target} <= ${part};`);
        }
        if (holds[node.id].loads[0] === holds[node.id].made) {
          body.push(`wire ${range(bits)} ${own}_next;`);
          body.push(`assign ${own}_next = {${part}, ${own}[${bits - partBits - 1}:0]};`);
        }
        return;
      }
      case 'accumulate': {
        const view = node.operands[0];
        const { beats } = view.node;
        const first = token(steps[node.id]);
        body.push(`wire ${range(bits)} ${own}_next;`, `reg ${range(bits)} ${own};`);
        fill(node.shape, `${own}_sums`, (terms) => {
          const strides = node.shape.map((_, at) => sizeOf(node.shape.slice(at + 1)));
          const at = affine(0, terms(strides));
          const source = {
            text: element(node, view, terms),
            width: elementWidth(view.node),
            signed: isSignedNode(view.node),
          };
          const kept = `({${width}{~${first}}} & ${elementSelect(own, at, width)})`;
          return `assign ${elementSelect(`${own}_next`, at, width)} = ${kept} + ${extended(source, width)};`;
        });
        const any = Array.from({ length: beats }, (_, beat) => token(steps[node.id] + beat)).join(' | ');
        body.push(`always @(posedge clk) if (${any}) ${own} <= ${own}_next;`);
        registerBits += bits;
        clocked = true;
        return;
      }
      case 'running': {
        const { limit } = node.op;
        const view = node.operands[0];
        const step = steps[node.id];
        beatSteps.add(step);
        const source = { width: elementWidth(view.node), signed: false };
        const sumWidth = Math.max(width, source.width) + 1;
        const added = { ...source, text: element(node, view, () => []) };
        const total = `${own}_total`;
        body.push(
          `reg ${range(bits)} ${own}_before;`,
          `wire ${range(bits)} ${own} = {${bits}{~first_${step}}} & ${own}_before;`,
          `wire ${range(sumWidth)} ${total} = ${extended({ text: own, width, signed: false }, sumWidth)} + ${extended(added, sumWidth)};`,
          `wire ${range(bits)} ${own}_next = (${total} > ${literal(limit, sumWidth)}) ? ${literal(limit, width)} : ${total}[${width - 1}:0];`,
          `always @(posedge clk) if (beat_${step}) ${own}_before <= ${own}_next;`,
        );
        registerBits += bits;
        clocked = true;
        return;
      }
      case 'either': {
        const view = node.operands[0];
        const step = steps[node.id];
        beatSteps.add(step);
        body.push(`wire ${range(bits)} ${own}_next;`, `reg ${range(bits)} ${own};`);
        fill(node.shape, `${own}_beats`, (terms) => {
          const at = affine(0, terms(rowMajor(node.shape)));
          const source = {
            text: element(node, view, terms),
            width: elementWidth(view.node),
            signed: isSignedNode(view.node),
          };
          const whole = bits === width;
          const kept = `({${width}{~first_${step}}} & ${whole ? own : elementSelect(own, at, width)})`;
          return `assign ${whole ? `${own}_next` : elementSelect(`${own}_next`, at, width)} = ${kept} | ${extended(source, width)};`;
        });
        body.push(`always @(posedge clk) if (beat_${step}) ${own} <= ${own}_next;`);
        registerBits += bits;
        clocked = true;
        return;
      }
      case 'table': {
        blockTable(node, own, size, width);
        return;
      }
      default:
        throw new TypeError(`'${node.op.kind}' is no clocked operation`);
    }
  }

  /** A read-only memory with a registered output for each lane. */
  function blockTable(node: Node, own: string, size: number, width: number): void {
    const view = node.operands[0];
    if (node.op.kind !== 'table' || !hasLanes(node)) return;
    const { rows, lo } = node.op;
    const address = { width: elementWidth(view.node), signed: isSignedNode(view.node) };
    const entries = 2 ** address.width;
    const module = `${name}_rom_${node.id}`;
    const values = Array.from({ length: entries }, (_, pattern) => {
      const index = address.signed && pattern >= entries / 2 ? pattern - entries : pattern;
      return rows[index - lo]?.[0] ?? 0;
    });
    modules.push(
      [
        `// ${circuit.stages[stage].name}: table of ${rows.length} entries`,
        `module ${module} (`,
        `  input wire clk,`,
        `  input wire ${range(address.width)} address,`,
        `  output reg ${range(width)} value`,
        `);`,
        `  (* rom_style = "block" *) reg ${range(width)} entries [0:${entries - 1}];`,
        `  initial begin`,
        ...values.map((value, index) => `    entries[${index}] = ${literal(value, width)};`),
        `  end`,
        `  always @(posedge clk) value <= entries[address];`,
        `endmodule`,
      ].join('\n'),
    );
    clocked = true;
    body.push(`wire ${range(size * width)} ${own};`);
    fill(node.shape, `${own}_roms`, (terms) => {
      const strides = node.shape.map((_, at) => sizeOf(node.shape.slice(at + 1)));
      const target = elementSelect(own, affine(0, terms(strides)), width);
      return `${module} rom (.clk(clk), .address(${element(node, view, terms)}), .value(${target}));`;
    });
  }

  function copies(node: Node): void {
    const { loads, held, made } = holds[node.id];
    loads.forEach((load, index) => {
      const own = signals.signal(node, -1).name;
      const gathered = isGathered(node.op);
      const from =
        index > 0 ? signals.signal(node, index - 1).name : gathered && load === made ? `${own}_next` : own;
      register(signals.signal(node, index).name, vectorWidth(node), from, held ? token(load) : undefined);
    });
  }

  const tokenList = [...tokens].sort((a, b) => a - b);
  const beatList = [...beatSteps].sort((a, b) => a - b);
  const ports = [
    ...(clocked ? ['input wire clk'] : []),
    ...tokenList.map((at) => `input wire token_${at < 0 ? 'accept' : at}`),
    ...beatList.flatMap((at) => [`input wire beat_${at}`, `input wire first_${at}`]),
    ...imports.map((signal) => `input wire ${range(vectorWidth(signal.node))} ${signal.name}`),
    ...exports.map((signal) => `output wire ${range(vectorWidth(signal.node))} o_${signal.name}`),
  ];
  const genvars = Array.from({ length: loops }, (_, axis) => `i${axis}`).filter((name) =>
    body.some((line) => line.includes(`for (${name} = 0`)),
  );
  const { notes, name: layer } = circuit.stages[stage];
  const first = Math.min(...nodes.map((node) => steps[node.id]));
  const last = Math.max(...nodes.map((node) => steps[node.id]));
  modules.unshift(
    [
      `// Layer ${layer}: ${notes.join('; ')}`,
      `// Steps ${first} to ${last} of the event, ${registerBits} register bits.`,
      `module ${name} (`,
      ports.map((port) => `  ${port}`).join(',\n'),
      ');',
      ...(genvars.length > 0 ? [`  genvar ${genvars.join(', ')};`] : []),
      ...[...known]
        .filter(([signal]) => body.some((line) => named(line, signal)))
        .map(([, line]) => `  ${line}`),
      ...body.map((line) => (line === '' ? '' : `  ${line}`)),
      '',
      ...exports.map((signal) => `  assign o_${signal.name} = ${signal.name};`),
      'endmodule',
    ].join('\n'),
  );
  return { index: stage, name, modules, tokens: tokenList, beatSteps: beatList, registerBits, clocked };
}

/** Whether a line of Verilog reads a vector of that name. */
function named(line: string, signal: string): boolean {
  return new RegExp(`\\b${signal}\\b`).test(line);
}

function sameLane(view: View): boolean {
  return (
    view.offset === 0 &&
    sizeOf(view.shape) === sizeOf(view.node.shape) &&
    view.strides.every(
      (stride, axis) => view.shape[axis] === 1 || stride === sizeOf(view.shape.slice(axis + 1)),
    )
  );
}
