/**
 * The C++ driver of a co-simulation: feeds events to the top with random input gaps and output stalls, and records
 * the cycle of every handshake.
 *
 * Reads `events` (64-bit count of input beats, then the words of each beat, 32 bits each), writes one line an output
 * beat: cycle in which the event's first beat was accepted, cycle in which this beat was taken, its words in
 * hexadecimal, most significant first, and the tag where there is one (events are tagged by their number). Gaps and
 * stalls come from the generator of sim/cycles/handshake.ts, so that the cycle simulator can repeat them. A traced top
 * (trace.ts) also writes a line a cycle to a further file: the cycle, `trace_token` and `trace_data`; where a window of
 * cycles is given only within it, behind a line `counts` with how often each bit of the token was high before.
 */
import type { TopPorts } from './top-module.ts';

/** Ports through which an event goes in several beats, one after the other. */
export interface BeatPorts extends TopPorts {
  /** Beats of an event; 1 unless told. */
  readonly inputBeats?: number;
  readonly outputBeats?: number;
}

const ANY_SET = `
template <class T> static bool anySet(const T &bits) { return bits != 0; }
template <std::size_t N> static bool anySet(const VlWide<N> &bits) {
  for (std::size_t i = 0; i < N; i++) if (bits[i] != 0) return true;
  return false;
}
template <class T> static int bitOf(const T &bits, int at) { return (bits >> at) & 1; }
template <std::size_t N> static int bitOf(const VlWide<N> &bits, int at) { return (bits[at / 32] >> (at % 32)) & 1; }
`;

export function verilatorMain({
  name,
  inputBits,
  tagBits,
  traceTokenBits,
  inputBeats = 1,
  outputBeats = 1,
}: BeatPorts): string {
  const inputWords = Math.ceil(inputBits / 32);
  const setInput =
    inputBits > 64
      ? 'std::memcpy(&top->in_data[0], word, sizeof(uint32_t) * IN_WORDS);'
      : inputBits > 32
        ? 'top->in_data = (uint64_t)word[0] | ((uint64_t)word[1] << 32);'
        : 'top->in_data = word[0];';
  const traced = traceTokenBits > 0;
  const traceLine = `    if (trace && cycle == from) {
      std::fprintf(trace, "counts");
      for (int i = 0; i < TOKENS; i++) std::fprintf(trace, " %ld", counts[i]);
      std::fputc('\\n', trace);
    }
    if (trace && cycle < from) for (int i = 0; i < TOKENS; i++) counts[i] += bitOf(top->trace_token, i);
    if (trace && cycle >= from && cycle <= to && anySet(top->trace_token)) {
      std::fprintf(trace, "%ld ", cycle);
      hex(trace, top->trace_token);
      std::fputc(' ', trace);
      hex(trace, top->trace_data);
      std::fputc('\\n', trace);
    }
`;
  const tag = tagBits > 0 ? `      std::fputc(' ', out);\n      hex(out, top->out_tag);\n` : '';
  return `// Driver of the co-simulation of ${name}.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include "V${name}.h"
#include "verilated.h"

static const int IN_WORDS = ${inputWords};
static const uint64_t IN_BEATS = ${inputBeats}, OUT_BEATS = ${outputBeats};

static void hex(std::FILE *file, uint32_t bits) { std::fprintf(file, "%08x", bits); }
static void hex(std::FILE *file, uint64_t bits) { std::fprintf(file, "%016llx", (unsigned long long)bits); }
static void hex(std::FILE *file, uint8_t bits) { hex(file, (uint32_t)bits); }
static void hex(std::FILE *file, uint16_t bits) { hex(file, (uint32_t)bits); }
template <std::size_t N> static void hex(std::FILE *file, const VlWide<N> &bits) {
  for (int i = (int)N - 1; i >= 0; i--) hex(file, (uint32_t)bits[i]);
}
${traced ? `${ANY_SET}\nstatic const int TOKENS = ${traceTokenBits};\n` : ''}
static uint32_t noise(uint32_t &state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state >> 24;
}

int main(int argc, char **argv) {
  if (argc < 7) { std::fprintf(stderr, "usage: events results gap stall seed limit${traced ? ' [trace [from to]]' : ''}\\n"); return 2; }
  const uint32_t gap = std::atoi(argv[3]), stall = std::atoi(argv[4]);
  uint32_t inState = std::strtoul(argv[5], nullptr, 10) * 2u + 1u, outState = inState ^ 0x9e3779b9u;
  const long limit = std::atol(argv[6]);
  std::FILE *in = std::fopen(argv[1], "rb");
  std::FILE *out = std::fopen(argv[2], "w");
${traced ? '  std::FILE *trace = argc > 7 ? std::fopen(argv[7], "w") : nullptr;\n  const long from = argc > 9 ? std::atol(argv[8]) : -1, to = argc > 9 ? std::atol(argv[9]) : limit;\n  std::vector<long> counts(TOKENS, 0);\n' : ''}  uint64_t count = 0;
  if (!in || !out || std::fread(&count, 8, 1, in) != 1) { std::fprintf(stderr, "cannot open files\\n"); return 2; }
  std::vector<uint32_t> words(count * IN_WORDS);
  if (std::fread(words.data(), 4, words.size(), in) != words.size()) { std::fprintf(stderr, "events file too short\\n"); return 2; }

  V${name} *top = new V${name};
  std::vector<long> accepted;
  const uint64_t results = count / IN_BEATS * OUT_BEATS;
  uint64_t sent = 0, done = 0;
  top->clk = 0; top->rst = 1; top->in_valid = 0; top->out_ready = 0;
  for (int i = 0; i < 4; i++) { top->eval(); top->clk = 1; top->eval(); top->clk = 0; }
  top->rst = 0;
  bool offering = false;
  for (long cycle = 0; done < results; cycle++) {
    if (cycle > limit) { std::fprintf(stderr, "no end after %ld cycles: %llu of %llu output beats\\n", cycle, (unsigned long long)done, (unsigned long long)results); return 3; }
    const bool wanted = noise(inState) >= gap;
    const bool ready = noise(outState) >= stall;
    if (!offering && sent < count && wanted) {
      offering = true;
      const uint32_t *word = &words[sent * IN_WORDS];
      ${setInput}
${tagBits > 0 ? `      top->in_tag = (sent / IN_BEATS) & ${2 ** Math.min(tagBits, 32) - 1}u;\n` : ''}    }
    top->in_valid = offering;
    top->out_ready = ready;
    top->eval();
${traced ? traceLine : ''}    if (offering && top->in_ready) { if (sent % IN_BEATS == 0) accepted.push_back(cycle); sent++; offering = false; }
    if (top->out_valid && ready) {
      const uint64_t event = done / OUT_BEATS;
      std::fprintf(out, "%ld %ld ", event < accepted.size() ? accepted[event] : -1L, cycle);
      hex(out, top->out_data);
${tag}      std::fprintf(out, "\\n");
      done++;
    }
    top->clk = 1; top->eval(); top->clk = 0;
  }
  std::fclose(out);
${traced ? '  if (trace) std::fclose(trace);\n' : ''}  delete top;
  return 0;
}
`;
}
