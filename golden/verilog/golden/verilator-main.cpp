// Driver of the co-simulation of golden.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
#include "Vgolden.h"
#include "verilated.h"

static const int IN_WORDS = 1;
static const uint64_t IN_BEATS = 1, OUT_BEATS = 1;

static void hex(std::FILE *file, uint32_t bits) { std::fprintf(file, "%08x", bits); }
static void hex(std::FILE *file, uint64_t bits) { std::fprintf(file, "%016llx", (unsigned long long)bits); }
static void hex(std::FILE *file, uint8_t bits) { hex(file, (uint32_t)bits); }
static void hex(std::FILE *file, uint16_t bits) { hex(file, (uint32_t)bits); }
template <std::size_t N> static void hex(std::FILE *file, const VlWide<N> &bits) {
  for (int i = (int)N - 1; i >= 0; i--) hex(file, (uint32_t)bits[i]);
}

static uint32_t noise(uint32_t &state) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state >> 24;
}

int main(int argc, char **argv) {
  if (argc < 7) { std::fprintf(stderr, "usage: events results gap stall seed limit\n"); return 2; }
  const uint32_t gap = std::atoi(argv[3]), stall = std::atoi(argv[4]);
  uint32_t inState = std::strtoul(argv[5], nullptr, 10) * 2u + 1u, outState = inState ^ 0x9e3779b9u;
  const long limit = std::atol(argv[6]);
  std::FILE *in = std::fopen(argv[1], "rb");
  std::FILE *out = std::fopen(argv[2], "w");
  uint64_t count = 0;
  if (!in || !out || std::fread(&count, 8, 1, in) != 1) { std::fprintf(stderr, "cannot open files\n"); return 2; }
  std::vector<uint32_t> words(count * IN_WORDS);
  if (std::fread(words.data(), 4, words.size(), in) != words.size()) { std::fprintf(stderr, "events file too short\n"); return 2; }

  Vgolden *top = new Vgolden;
  std::vector<long> accepted;
  const uint64_t results = count / IN_BEATS * OUT_BEATS;
  uint64_t sent = 0, done = 0;
  top->clk = 0; top->rst = 1; top->in_valid = 0; top->out_ready = 0;
  for (int i = 0; i < 4; i++) { top->eval(); top->clk = 1; top->eval(); top->clk = 0; }
  top->rst = 0;
  bool offering = false;
  for (long cycle = 0; done < results; cycle++) {
    if (cycle > limit) { std::fprintf(stderr, "no end after %ld cycles: %llu of %llu output beats\n", cycle, (unsigned long long)done, (unsigned long long)results); return 3; }
    const bool wanted = noise(inState) >= gap;
    const bool ready = noise(outState) >= stall;
    if (!offering && sent < count && wanted) {
      offering = true;
      const uint32_t *word = &words[sent * IN_WORDS];
      top->in_data = word[0];
      top->in_tag = (sent / IN_BEATS) & 15u;
    }
    top->in_valid = offering;
    top->out_ready = ready;
    top->eval();
    if (offering && top->in_ready) { if (sent % IN_BEATS == 0) accepted.push_back(cycle); sent++; offering = false; }
    if (top->out_valid && ready) {
      const uint64_t event = done / OUT_BEATS;
      std::fprintf(out, "%ld %ld ", event < accepted.size() ? accepted[event] : -1L, cycle);
      hex(out, top->out_data);
      std::fputc(' ', out);
      hex(out, top->out_tag);
      std::fprintf(out, "\n");
      done++;
    }
    top->clk = 1; top->eval(); top->clk = 0;
  }
  std::fclose(out);
  delete top;
  return 0;
}
