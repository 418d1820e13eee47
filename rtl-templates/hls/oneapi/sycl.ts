/** The SYCL wrapper: one pipe a channel, one task a stage, and a host that feeds events in and takes results out. */
import type { Buffer, HlsDesign, Stage } from '../design.ts';
import { paragraphs, text } from '../text.ts';

export function syclSource(design: HlsDesign): string {
  const { model, top, mapping, inputs, outputs, internal, stages, constants, kernels } = design;
  const includes = [
    '#include "layers.h"',
    ...kernels.map(({ name }) => `#include "kernels/${name}.h"`),
    ...constants.map(({ id }) => `#include "weights/${id}.h"`),
    '#include "../tb/raw.h"',
    '#include <fstream>',
    '#include <iostream>',
    '#include <sycl/ext/intel/fpga_extensions.hpp>',
    '#include <sycl/sycl.hpp>',
    '#include <vector>',
  ];
  const buffers = [...inputs, ...internal, ...outputs];
  const tasks = stages.map((stage, index) => ({ name: taskName(stage, index), stage }));
  return paragraphs(
    text`
      // ${model.name} as SYCL tasks joined by pipes. The arithmetic is that of the kernels; nothing is computed here.
      //
      //   ${top} INPUTS RESULTS      raw integers, one event a line
      ${includes}
    `,
    mapping.io === 'parallel' ? BEAT : PIPE_END,
    buffers.map((buffer) => pipe(buffer, mapping.io)).join('\n'),
    ...tasks.map(({ name, stage }) => task(name, stage, mapping.io)),
    host(
      design,
      tasks.map(({ name }) => name),
    ),
  );
}

const BEAT = text`
  // A whole tensor: what one word of a pipe carries.
  template <class Number, int lanes> struct beat {
    Number lane[lanes];
  };
`;

const PIPE_END = text`
  // A pipe as the object that kernels read from and write to.
  template <class Pipe> struct pipe_end {
    auto read() { return Pipe::read(); }
    template <class Beat> void write(const Beat &values) { Pipe::write(values); }
  };
`;

function pipe({ id, type, beats, lanes, depth }: Buffer, io: 'parallel' | 'stream'): string {
  const word = io === 'parallel' ? `beat<${type}, ${beats * lanes}>` : `beat<${type}, ${lanes}>`;
  return `using ${id}_pipe = sycl::ext::intel::pipe<class ${id}_channel, ${word}, ${depth}>;`;
}

function taskName(stage: Stage, index: number): string {
  return stage.kind === 'layer' ? `${stage.id}_task` : `${stage.kind.replace('-', '_')}_${index}_task`;
}

function task(name: string, stage: Stage, io: 'parallel' | 'stream'): string {
  const [inputs, outputs] =
    stage.kind === 'layer'
      ? [stage.inputs, stage.outputs]
      : [[stage.from], stage.kind === 'fan-out' ? stage.to : []];
  const comment = stage.kind === 'layer' ? `// ${stage.layer.name} (${stage.layer.kind})` : '';
  const constants = stage.kind === 'layer' ? stage.constants.map(({ id }) => `weights::${id}`) : [];
  const ids = [...inputs, ...outputs].map(({ id }) => id);
  const size = ({ beats, lanes }: Buffer) => beats * lanes;
  if (io === 'stream') {
    const ends = ids.map((id) => `pipe_end<${id}_pipe> ${id};`);
    return struct(name, comment, [...ends, `${kernel(stage, io)}(${[...ids, ...constants].join(', ')});`]);
  }
  const reads = inputs.map((each) => `const auto ${each.id} = ${each.id}_pipe::read();`);
  const makes = outputs.map((each) => `beat<${each.type}, ${size(each)}> ${each.id};`);
  const call = `${kernel(stage, io)}(${[...ids.map((id) => `${id}.lane`), ...constants].join(', ')});`;
  const writes = outputs.map(({ id }) => `${id}_pipe::write(${id});`);
  return struct(name, comment, [...reads, ...makes, ...(stage.kind === 'discard' ? [] : [call]), ...writes]);
}

function struct(name: string, comment: string, body: readonly string[]): string {
  return text`
    ${comment}
    struct ${name} {
      int events;
      void operator()() const {
        for (int event = 0; event < events; event++) {
          ${body}
        }
      }
    };
  `;
}

function kernel(stage: Stage, io: 'parallel' | 'stream'): string {
  switch (stage.kind) {
    case 'layer':
      return `kernels::${stage.plan.kernel.name}<layers::${stage.id}>`;
    case 'fan-out':
    case 'discard': {
      const { beats, lanes, type } = stage.from;
      const size = io === 'parallel' ? `${beats * lanes}` : `beat<${type}, ${lanes}>, ${beats}`;
      return `kernels::${stage.kind.replace('-', '_')}<${size}>`;
    }
    default:
      return stage satisfies never;
  }
}

function host({ inputs, outputs, mapping }: HlsDesign, tasks: readonly string[]): string {
  const size = ({ beats, lanes }: Buffer) => beats * lanes;
  const beats = (port: Buffer) => (mapping.io === 'parallel' ? 1 : port.beats);
  const lanes = (port: Buffer) => (mapping.io === 'parallel' ? size(port) : port.lanes);
  const word = (port: Buffer) => `beat<${port.type}, ${lanes(port)}>`;
  return text`
    int main(int argc, char **argv) {
      if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " INPUTS RESULTS" << std::endl;
        return 2;
      }
    #if FPGA_SIMULATOR
      sycl::queue queue(sycl::ext::intel::fpga_simulator_selector_v);
    #elif FPGA_HARDWARE
      sycl::queue queue(sycl::ext::intel::fpga_selector_v);
    #else
      sycl::queue queue(sycl::ext::intel::fpga_emulator_selector_v);
    #endif

      std::ifstream in(argv[1]);
      int events = 0;
      ${inputs.map((port) => `std::vector<${word(port)}> ${port.id}_words;`)}
      while (in >> std::ws, in.good() && in.peek() != std::istream::traits_type::eof()) {
        ${inputs.map(
          (port) => text`
            for (int i = 0; i < ${beats(port)}; i++) {
              ${word(port)} values;
              for (int lane = 0; lane < ${lanes(port)}; lane++) {
                if (!read_raw(in, values.lane[lane])) return 2;
              }
              ${port.id}_words.push_back(values);
            }
          `,
        )}
        events++;
      }

      ${inputs.map(
        (port) => text`
          auto *${port.id}_shared = sycl::malloc_shared<${word(port)}>(${port.id}_words.size(), queue);
          std::copy(${port.id}_words.begin(), ${port.id}_words.end(), ${port.id}_shared);
          queue.single_task<class feed_${port.id}>([=] {
            for (int i = 0; i < events * ${beats(port)}; i++) ${port.id}_pipe::write(${port.id}_shared[i]);
          });
        `,
      )}
      ${tasks.map((name) => `queue.single_task(${name}{events});`)}
      ${outputs.map(
        (port) => text`
          auto *${port.id}_shared = sycl::malloc_shared<${word(port)}>(events * ${beats(port)}, queue);
          queue.single_task<class take_${port.id}>([=] {
            for (int i = 0; i < events * ${beats(port)}; i++) ${port.id}_shared[i] = ${port.id}_pipe::read();
          });
        `,
      )}
      queue.wait();

      std::ofstream out(argv[2]);
      for (int event = 0; event < events; event++) {
        ${outputs.map(
          (port) => text`
            for (int i = 0; i < ${beats(port)}; i++) write_all(out, ${port.id}_shared[event * ${beats(port)} + i].lane, ${lanes(port)});
          `,
        )}
        out << std::endl;
      }
      return out ? 0 : 2;
    }
  `;
}
