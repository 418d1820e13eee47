/** The test bench that all targets share: reads events, calls the top function, compares by itself. */
import type { Buffer, HlsDesign } from './design.ts';
import type { HlsDialect } from './dialect.ts';
import { header } from './shared-files.ts';
import { paragraphs, text } from './text.ts';

/** Raw integers of events, by port, each row-major. */
export interface TestVectors {
  readonly inputs: readonly (readonly (readonly bigint[])[])[];
  /** One entry an event where outputs are known. */
  readonly outputs?: readonly (readonly (readonly bigint[])[])[];
}

/** Files of `tb/`. @param include  path of the header that declares the top function, from `tb/` */
export function testbenchFiles(
  design: HlsDesign,
  dialect: HlsDialect,
  include: string,
  vectors?: TestVectors,
): Map<string, string> {
  const files = new Map<string, string>();
  files.set('tb/testbench.cpp', `${testbench(design, dialect, include)}\n`);
  files.set('tb/raw.h', `${rawHeader()}\n`);
  files.set('tb/trace.h', `${traceHeader(design, dialect)}\n`);
  if (vectors) {
    files.set('tb/inputs.txt', eventLines(vectors.inputs));
    if (vectors.outputs) files.set('tb/expected.txt', eventLines(vectors.outputs));
  }
  return files;
}

/** One line an event: the raw integers of its ports, one port after the other. */
export function eventLines(events: TestVectors['inputs']): string {
  return events.map((ports) => `${ports.map((raw) => raw.join(' ')).join(' ')}\n`).join('');
}

function testbench(design: HlsDesign, dialect: HlsDialect, include: string): string {
  const { inputs, outputs, top, model, mapping } = design;
  const ports = [...inputs, ...outputs];
  const size = ({ beats, lanes }: Buffer) => beats * lanes;
  const streamed = mapping.io === 'stream';
  const arrays = ports.map((port) => `static ${port.type} ${port.id}[${size(port)}];`);
  const channel = ({ id }: Buffer) => (streamed ? `${id}_channel` : id);
  const channels = ports.map(
    (port) => `${dialect.streamOf(`beat<${port.type}, ${port.lanes}>`)} ${channel(port)};`,
  );
  return text`
    // Runs ${model.name} on recorded events and compares its outputs with what was recorded, bit for bit.
    //
    //   testbench [--inputs FILE] [--expected FILE | --no-compare] [--results FILE] [--trace FILE]
    //
    // Files hold raw integers, one event a line. Exit code 0: all equal; 1: different; 2: a file is missing or broken.
    #include "${include}"
    #include "raw.h"
    #include "trace.h"
    #include <cstring>
    #include <fstream>
    #include <iostream>
    #include <string>

    struct options {
      std::string inputs, expected, results, trace;
      bool compare;
    };

    static bool parse(int argc, char **argv, options &chosen) {
      for (int i = 1; i < argc; i++) {
        const std::string name = argv[i];
        if (name == "--no-compare") {
          chosen.compare = false;
          continue;
        }
        std::string *value = name == "--inputs"     ? &chosen.inputs
                             : name == "--expected" ? &chosen.expected
                             : name == "--results"  ? &chosen.results
                             : name == "--trace"    ? &chosen.trace
                                                    : nullptr;
        if (value == nullptr || i + 1 == argc) {
          std::cerr << "unknown option or missing value: " << name << std::endl;
          return false;
        }
        *value = argv[++i];
      }
      return true;
    }

    template <class Number> static bool read_all(std::istream &in, Number values[], int count) {
      for (int i = 0; i < count; i++) {
        if (!read_raw(in, values[i])) return false;
      }
      return true;
    }

    // Compares one port with its recorded values and prints the first that differs; returns how many do.
    template <class Number>
    static int compare(std::istream &in, const Number got[], int count, int event, const char *port, bool &complete) {
      int different = 0;
      for (int i = 0; i < count; i++) {
        Number expected;
        if (!read_raw(in, expected)) {
          complete = false;
          return different;
        }
        if (expected == got[i]) continue;
        if (different++ > 0) continue;
        std::cout << "event " << event << ", " << port << "[" << i << "]: expected " << raw_text(expected) << ", got "
                  << raw_text(got[i]) << std::endl;
      }
      return different;
    }

    int main(int argc, char **argv) {
      options chosen = {"inputs.txt", "expected.txt", "results.txt", "", true};
      if (!parse(argc, argv, chosen)) return 2;

      std::ifstream inputs(chosen.inputs.c_str());
      if (!inputs) {
        std::cerr << "cannot read " << chosen.inputs << std::endl;
        return 2;
      }
      std::ifstream expected;
      if (chosen.compare) {
        expected.open(chosen.expected.c_str());
        if (!expected) {
          std::cerr << "cannot read " << chosen.expected << ": give --no-compare to run without" << std::endl;
          return 2;
        }
      }
      std::ofstream results(chosen.results.c_str());
      if (!chosen.trace.empty()) trace::open(chosen.trace);

      ${arrays}
      int events = 0;
      int different = 0;
      bool complete = true;
      while (inputs >> std::ws, inputs.peek() != std::istream::traits_type::eof()) {
        ${inputs.map(
          (port) => text`
          if (!read_all(inputs, ${port.id}, ${size(port)})) {
            std::cerr << "event " << events << " is incomplete in " << chosen.inputs << std::endl;
            return 2;
          }
        `,
        )}
        trace::event(events);
        ${streamed ? channels : ''}
        ${streamed ? inputs.map((port) => pour(port, channel(port))) : ''}
        ${top}(${ports.map(channel).join(', ')});
        ${streamed ? outputs.map((port) => drain(port, channel(port))) : ''}
        ${outputs.map((port) => `write_all(results, ${port.id}, ${size(port)});`)}
        results << std::endl;
        if (chosen.compare) {
          ${outputs.map((port) => `different += compare(expected, ${port.id}, ${size(port)}, events, "${port.id}", complete);`)}
          if (!complete) {
            std::cerr << chosen.expected << " ends before event " << events << std::endl;
            return 2;
          }
        }
        events++;
      }
      if (!results) {
        std::cerr << "cannot write " << chosen.results << std::endl;
        return 2;
      }
      if (!chosen.compare) {
        std::cout << events << " events run, nothing compared" << std::endl;
        return 0;
      }
      std::cout << (different == 0 ? "EQUAL" : "DIFFERENT") << ": " << events << " events, " << different
                << " values differ" << std::endl;
      return different == 0 ? 0 : 1;
    }
  `;
}

function pour({ id, type, lanes, beats }: Buffer, channel: string): string {
  return text`
    for (int i = 0; i < ${beats}; i++) {
      beat<${type}, ${lanes}> values;
      for (int lane = 0; lane < ${lanes}; lane++) values.lane[lane] = ${id}[i * ${lanes} + lane];
      ${channel}.write(values);
    }
  `;
}

function drain({ id, type, lanes, beats }: Buffer, channel: string): string {
  return text`
    for (int i = 0; i < ${beats}; i++) {
      const beat<${type}, ${lanes}> values = ${channel}.read();
      for (int lane = 0; lane < ${lanes}; lane++) ${id}[i * ${lanes} + lane] = values.lane[lane];
    }
  `;
}

function rawHeader(): string {
  const about = [
    'Raw integers as text: decimal up to 64 bits, hexadecimal bit patterns (0x...) beyond.',
    'A number of W bits with F fraction bits has the value raw x 2^-F.',
  ];
  return header(
    about.join('\n'),
    text`
      #include <cstdlib>
      #include <istream>
      #include <ostream>
      #include <string>

      template <class Number> bool is_signed_number() {
        Number x = 0;
        x[Number::width - 1] = 1;
        return x < 0;
      }

      template <class Number> bool read_raw(std::istream &in, Number &x) {
        std::string word;
        if (!(in >> word)) return false;
        x = 0;
        if (word.compare(0, 2, "0x") == 0) {
          for (int i = 0; i < Number::width; i++) {
            const int digit = int(word.size()) - 1 - i / 4;
            const char c = digit < 2 ? '0' : word[digit];
            const int value = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
            x[i] = (value >> (i % 4)) & 1;
          }
          return true;
        }
        char *end = nullptr;
        const unsigned long long bits =
            word[0] == '-' ? (unsigned long long)std::strtoll(word.c_str(), &end, 10) : std::strtoull(word.c_str(), &end, 10);
        const bool negative = word[0] == '-';
        for (int i = 0; i < Number::width; i++) x[i] = i < 64 ? (bits >> i) & 1 : negative;
        return *end == '\0';
      }

      template <class Number> std::string raw_text(const Number &x) {
        if (Number::width > 64) {
          std::string digits;
          for (int low = 0; low < Number::width; low += 4) {
            int value = 0;
            for (int i = 0; i < 4 && low + i < Number::width; i++) value |= (bool(x[low + i]) ? 1 : 0) << i;
            digits.insert(digits.begin(), "0123456789abcdef"[value]);
          }
          return "0x" + digits;
        }
        unsigned long long bits = 0;
        for (int i = 0; i < Number::width; i++) bits |= (unsigned long long)(bool(x[i]) ? 1 : 0) << i;
        if (!is_signed_number<Number>() || !bool(x[Number::width - 1])) return std::to_string(bits);
        if (Number::width < 64) bits |= ~0ULL << (Number::width % 64);
        return std::to_string((long long)bits);
      }

      template <class Number> void write_all(std::ostream &out, const Number values[], int count) {
        for (int i = 0; i < count; i++) out << raw_text(values[i]) << ' ';
      }
    `,
  );
}

function traceHeader({ mapping }: HlsDesign, dialect: HlsDialect): string {
  const record =
    mapping.io === 'parallel'
      ? text`
          template <class Number, int size> void record(const char *name, const Number (&values)[size]) {
            if (!file().is_open()) return;
            file() << name << ' ';
            write_all(file(), values, size);
            file() << '\n';
          }
        `
      : text`
          // Takes every beat off the stream and puts it back.
          template <class Number, int lanes> void record(const char *name, ${dialect.streamOf('beat<Number, lanes>')} &channel) {
            if (!file().is_open()) return;
            file() << name << ' ';
            for (int left = int(channel.size()); left > 0; left--) {
              const beat<Number, lanes> values = channel.read();
              write_all(file(), values.lane, lanes);
              channel.write(values);
            }
            file() << '\n';
          }
        `;
  return header(
    'Writes what every stage made, event by event, where the top function is compiled with TRACE_TENSORS.',
    paragraphs(
      ['#include "../src/types.h"', '#include "raw.h"', '#include <fstream>', '#include <string>'].join('\n'),
      text`
        namespace trace {

        inline std::ofstream &file() {
          static std::ofstream opened;
          return opened;
        }

        inline void open(const std::string &path) { file().open(path.c_str()); }

        inline void event(int number) {
          if (file().is_open()) file() << "event " << number << '\n';
        }

        ${record}

        } // namespace trace
      `,
    ),
  );
}

/** The lines of a top function's source that turn tracing on and off. */
export const TRACE_MACRO = text`
  #ifdef TRACE_TENSORS
  #include "../tb/trace.h"
  #define TRACE(tensor) trace::record(#tensor, tensor)
  #else
  #define TRACE(tensor)
  #endif
`;
