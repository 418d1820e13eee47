// What every oracle shares: numbers travel as 64-bit words, least significant first, ceil(width / 64) of them. A request
// is the index of a case and whatever that case reads; the answers follow each other in the same order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

using Word = std::uint64_t;

struct Streams {
  const Word* in;
  std::vector<Word> out;
};

inline double loadDouble(Streams& s) {
  double d;
  std::memcpy(&d, s.in++, 8);
  return d;
}

using Case = void (*)(Streams&);

inline int serve(const Case* cases, Word count) {
  std::vector<Word> input;
  Word block[8192];
  for (std::size_t n; (n = std::fread(block, 8, 8192, stdin)) > 0;) input.insert(input.end(), block, block + n);
  Streams s{input.data(), {}};
  const Word* end = input.data() + input.size();
  while (s.in < end) {
    const Word index = *s.in++;
    if (index >= count) return 2;
    cases[index](s);
  }
  return std::fwrite(s.out.data(), 8, s.out.size(), stdout) == s.out.size() ? 0 : 3;
}
