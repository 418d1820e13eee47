/** A C++ program that feeds events to the top function of an hls4ml project and writes its outputs, bit for bit. */

/** A parameter of the top function; streams have the size of the tensor that they carry. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly streamed: boolean;
  readonly direction: 'in' | 'out';
}

export interface Harness {
  /** The header that declares the top function, from the folder of the firmware. */
  readonly header: string;
  readonly top: string;
  /** The namespace that top and types are in, if any. */
  readonly namespace: string | undefined;
  /** In the order of the parameters. */
  readonly ports: readonly Port[];
}

/**
 * The program takes two paths: events, a line each with the bit patterns (0x...) of all inputs, and where results go, in
 * the same form.
 */
export function harnessSource({ header, top, namespace, ports }: Harness): string {
  const declarations = ports.map(({ name, type, size, streamed }) =>
    streamed ? `static hls::stream<${type}> port_${name};` : `static ${type} port_${name}[${size}];`,
  );
  const calls = (direction: Port['direction'], call: string) =>
    ports
      .filter((port) => port.direction === direction)
      .map(({ name, size }) => `    ${call}(port_${name}, ${size});`);
  return [
    '#include <fstream>',
    '#include <string>',
    `#include "${header}"`,
    '#include "nnet_utils/nnet_types.h"',
    ...(namespace === undefined ? [] : [`using namespace ${namespace};`]),
    'static std::ifstream events_in;',
    'static std::ofstream results_out;',
    HELPERS,
    ...declarations,
    'int main(int, char **argv) {',
    '  events_in.open(argv[1]);',
    '  results_out.open(argv[2]);',
    '  while (events_in >> std::ws, events_in.peek() != std::ifstream::traits_type::eof()) {',
    ...calls('in', 'harness_give'),
    `    ${top}(${ports.map(({ name }) => `port_${name}`).join(', ')});`,
    ...calls('out', 'harness_take'),
    "    results_out << '\\n';",
    '  }',
    '  return events_in.bad() || !results_out ? 2 : 0;',
    '}',
    '',
  ].join('\n');
}

const HELPERS = `
template <class Number> Number read_bits() {
  std::string word;
  events_in >> word;
  Number x = 0;
  for (int i = 0; i < Number::width; i++) {
    const int digit = int(word.size()) - 1 - i / 4;
    const char c = digit < 2 ? '0' : word[digit];
    x[i] = ((c <= '9' ? c - '0' : c - 'a' + 10) >> (i % 4)) & 1;
  }
  return x;
}
template <class Number> void write_bits(Number x) {
  results_out << "0x";
  for (int low = (Number::width - 1) / 4 * 4; low >= 0; low -= 4) {
    int value = 0;
    for (int i = 0; i < 4 && low + i < Number::width; i++) value |= (bool(x[low + i]) ? 1 : 0) << i;
    results_out << "0123456789abcdef"[value];
  }
  results_out << ' ';
}
template <class Number> void harness_give(Number x[], int size) {
  for (int i = 0; i < size; i++) x[i] = read_bits<Number>();
}
template <class Number> void harness_take(Number x[], int size) {
  for (int i = 0; i < size; i++) write_bits(x[i]);
}
template <class Number, unsigned N> void harness_give(hls::stream<nnet::array<Number, N>> &x, int size) {
  for (int i = 0; i < size; i += N) {
    nnet::array<Number, N> beat;
    for (unsigned lane = 0; lane < N; lane++) beat[lane] = read_bits<Number>();
    x.write(beat);
  }
}
template <class Number, unsigned N> void harness_take(hls::stream<nnet::array<Number, N>> &x, int size) {
  for (int i = 0; i < size; i += N) {
    nnet::array<Number, N> beat = x.read();
    for (unsigned lane = 0; lane < N; lane++) write_bits(beat[lane]);
  }
}`;
