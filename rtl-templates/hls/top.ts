/** The top function of all targets: its header, and its source with one call a layer. */
import type { Buffer, HlsDesign } from './design.ts';
import type { HlsDialect } from './dialect.ts';
import { header } from './shared-files.ts';
import { TRACE_MACRO } from './testbench.ts';
import { listed, paragraphs, text } from './text.ts';
import { stageCalls } from './top-body.ts';

/** What one compiler puts around the calls. */
export interface TopStyle {
  /** Lines below the includes. */
  readonly preamble?: string;
  /** Line in front of the function. */
  readonly before?: string;
  /** The function's name as its definition spells it. */
  readonly definedName?: (top: string) => string;
  /** Lines at the head of the function's body. */
  readonly pragmas: (design: HlsDesign) => readonly string[];
  /** Declares a buffer between stages: the C++ declaration is given. */
  readonly declare: (buffer: Buffer, declaration: string) => string;
}

export function topHeader(design: HlsDesign, dialect: HlsDialect): string {
  const { model, types } = design;
  const type = (port: Buffer) => types.find(({ id }) => id === port.type)!;
  const ports = [...design.inputs, ...design.outputs].map(
    (port) => `  ${port.id}: [${type(port).shape.join(', ')}]`,
  );
  return header(
    [model.name, ...ports].join('\n'),
    paragraphs('#include "types.h"', `${signature(design, dialect, design.top)};`),
  );
}

export function topSource(design: HlsDesign, dialect: HlsDialect, style: TopStyle): string {
  const { top, constants, mapping } = design;
  const includes = [
    `#include "${top}.h"`,
    ...design.kernels.map(({ name }) => `#include "kernels/${name}.h"`),
    '#include "layers.h"',
    ...constants.map(({ id }) => `#include "weights/${id}.h"`),
  ];
  const declare = (id: string) => {
    const buffer = design.internal.find((each) => each.id === id)!;
    const { type, beats, lanes } = buffer;
    const declaration =
      mapping.io === 'parallel'
        ? `${type} ${id}[${beats * lanes}];`
        : `${dialect.streamOf(`beat<${type}, ${lanes}>`)} ${id};`;
    return style.declare(buffer, declaration);
  };
  return paragraphs(
    includes.join('\n'),
    style.preamble ?? '',
    TRACE_MACRO,
    text`
      ${style.before ?? ''}
      ${signature(design, dialect, style.definedName?.(top) ?? top)} {
      ${style.pragmas(design)}

        ${stageCalls(design, declare)}
      }
    `,
  );
}

function signature({ mapping, inputs, outputs }: HlsDesign, dialect: HlsDialect, name: string): string {
  const parameter = ({ id, type, beats, lanes }: Buffer, qualifier: string) =>
    mapping.io === 'parallel'
      ? `${qualifier}${type} ${id}[${beats * lanes}]`
      : `${dialect.streamOf(`beat<${type}, ${lanes}>`)} &${id}`;
  const parameters = [
    ...inputs.map((port) => parameter(port, 'const ')),
    ...outputs.map((port) => parameter(port, '')),
  ];
  return listed(`void ${name}`, parameters, '');
}
