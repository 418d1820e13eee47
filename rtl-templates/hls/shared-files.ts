/** Files that all three targets have: numbers, kernels, types, layers, weights. */
import { formatText, toDecimal } from 'fixed-point-ts';
import { annotate } from './annotate.ts';
import type { HlsConstant, HlsDesign, Stage } from './design.ts';
import type { HlsDialect } from './dialect.ts';
import type { Kernel } from './hls-layer.ts';
import { literal, storage } from './literal.ts';
import { paragraphs, text } from './text.ts';

/** Text of files by path inside the project. */
export type ProjectFiles = ReadonlyMap<string, string>;

export function sharedFiles(design: HlsDesign, dialect: HlsDialect): Map<string, string> {
  const { io } = design.mapping;
  const files = new Map<string, string>();
  const add = (path: string, content: string) => files.set(path, `${content}\n`);
  add(
    'src/kernels/numbers.h',
    header('Numbers: types and the few functions on them that kernels use.', dialect.numbers),
  );
  add('src/kernels/channels.h', header(CHANNELS_ABOUT[io], channels(design, dialect)));
  for (const kernel of design.kernels) add(`src/kernels/${kernel.name}.h`, kernelHeader(kernel, io, dialect));
  add('src/types.h', typesHeader(design, dialect));
  add('src/layers.h', layersHeader(design, dialect));
  for (const constant of design.constants) {
    add(`src/weights/${constant.id}.h`, weightsHeader(constant, dialect));
    add(
      `src/weights/${constant.id}.txt`,
      constant.raw.map((raw) => toDecimal(raw, constant.type)).join('\n'),
    );
  }
  return files;
}

export function header(about: string, body: string): string {
  const comment = about.split('\n').map((line) => `// ${line}`.trimEnd());
  return paragraphs(
    text`
    ${comment}
    #pragma once
  `,
    body,
  );
}

function kernelHeader(kernel: Kernel, io: 'parallel' | 'stream', dialect: HlsDialect): string {
  const includes = ['numbers', ...kernel.needs.map(({ name }) => name)].map((name) => `#include "${name}.h"`);
  const body = paragraphs(
    includes.join('\n'),
    'namespace kernels {',
    kernel.common ?? '',
    kernel[io],
    '} // namespace kernels',
  );
  return header(kernel.about, annotate(body, dialect.hints));
}

const CHANNELS_ABOUT = {
  parallel: 'Copies of a tensor, for more than one reader.',
  stream: 'Beats of a stream, and copies of a stream for more than one reader.',
};

function channels({ mapping }: HlsDesign, dialect: HlsDialect): string {
  if (mapping.io === 'parallel') {
    return annotate(
      text`
        namespace kernels {

        template <int size, class Number> void fan_out(const Number in[size], Number a[size], Number b[size]) {
          //@ pipeline-function 1
          //@ unroll
          for (int i = 0; i < size; i++) {
            a[i] = in[i];
            b[i] = in[i];
          }
        }

        } // namespace kernels
      `,
      dialect.hints,
    );
  }
  return annotate(
    text`
      ${dialect.streamInclude}

      // What one beat carries: a pixel with all its channels, a kept pixel's coordinates, or a vector.
      template <class Number, int lanes> struct beat {
        Number lane[lanes];
      };

      namespace kernels {

      template <class Beat, int beats, class Source, class Sink> void fan_out(Source &in, Sink &a, Sink &b) {
        //@ pipeline 1
        for (int i = 0; i < beats; i++) {
          const Beat values = in.read();
          a.write(values);
          b.write(values);
        }
      }

      template <class Beat, int beats, class Source> void discard(Source &in) {
        //@ pipeline 1
        for (int i = 0; i < beats; i++) {
          const Beat values = in.read();
          (void)values;
        }
      }

      } // namespace kernels
    `,
    dialect.hints,
  );
}

function typesHeader({ types, model, mapping }: HlsDesign, dialect: HlsDialect): string {
  const typedefs = types.map(({ id, shape, format }) => {
    return `typedef ${dialect.type(format)} ${id}; // [${shape.join(', ')}]`;
  });
  const includes = ['#include "kernels/channels.h"', '#include "kernels/numbers.h"'];
  return header(
    `Number types of the tensors of ${model.name}${mapping.io === 'stream' ? ', and the beats they travel in' : ''}.`,
    paragraphs(includes.join('\n'), typedefs.join('\n')),
  );
}

function layersHeader({ stages, model, mapping }: HlsDesign, dialect: HlsDialect): string {
  const structs = stages.flatMap((stage) =>
    stage.kind === 'layer' ? [layerStruct(stage, dialect, mapping.io === 'stream')] : [],
  );
  return header(
    `Constants and types that each layer of ${model.name} instantiates its kernel with.`,
    paragraphs('#include "types.h"', 'namespace layers {', ...structs, '} // namespace layers'),
  );
}

function layerStruct(
  stage: Extract<Stage, { kind: 'layer' }>,
  dialect: HlsDialect,
  streamed: boolean,
): string {
  const { plan, layer, id, inputs, outputs } = stage;
  const tensors = [
    ...plan.inputs.map((role, i) => [role, inputs[i]] as const),
    ...plan.outputs.map((role, i) => [role, outputs[i]] as const),
  ];
  const comment = [
    `// ${layer.name}: ${layer.kind}`,
    ...(plan.note === undefined ? [] : [`// ${plan.note}`]),
  ];
  return text`
    ${comment}
    struct ${id} {
      ${Object.entries(plan.numbers).map(([name, value]) => `static constexpr int ${name} = ${value};`)}
      ${streamed ? plan.inputs.map((role, i) => `static constexpr int ${role}_lanes = ${inputs[i].lanes};`) : ''}
      ${tensors.map(([role, { type }]) => `typedef ::${type} ${role}_t;`)}
      ${streamed ? tensors.map(([role, { type, lanes }]) => `typedef beat<::${type}, ${lanes}> ${role}_beat;`) : ''}
      ${Object.entries(plan.types ?? {}).map(([name, format]) => `typedef ${dialect.type(format)} ${name}_t;`)}
      ${Object.entries(plan.integers ?? {}).map(([name, { signed, width }]) => {
        return `typedef kernels::${signed ? '' : 'un'}signed_integer<${width}> ${name}_t;`;
      })}
      ${Object.entries(plan.values ?? {}).map(([name, { type, raw }]) => {
        const cpp = dialect.type(storage(type));
        return `static ${cpp} ${name}() { return ${cpp}(${literal(raw, type, cpp)}); }`;
      })}
      ${plan.members ?? ''}
    };
  `;
}

function weightsHeader(constant: HlsConstant, dialect: HlsDialect): string {
  const { id, shape, type, raw } = constant;
  const cpp = dialect.type(storage(type));
  const values = raw.map((value) => literal(value, type, cpp));
  return header(
    `${id}: [${shape.join(', ')}] of ${formatText(type)}, the last index fastest.`,
    paragraphs(
      '#include "../kernels/numbers.h"',
      text`
      namespace weights {
      static const ${cpp} ${id}[${values.length}] = {
          ${wrap(values)}
      };
      } // namespace weights
    `,
    ),
  );
}

/** Values with commas, in lines of at most 100 characters. */
function wrap(values: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  values.forEach((value, index) => {
    const item = index === values.length - 1 ? value : `${value},`;
    if (line !== '' && line.length + 1 + item.length > 100) {
      lines.push(line);
      line = item;
    } else {
      line = line === '' ? item : `${line} ${item}`;
    }
  });
  return [...lines, line];
}
