// Runs assignments between ac_fixed types, and from float64, on numbers read from stdin; see streams.hpp.
#include "ac_fixed.h"
#include "streams.hpp"

template <int Bits, class T> void loadFrom(Streams& s, T& x) {
  if constexpr (Bits < T::width) {
    constexpr int count = T::width - Bits < 64 ? T::width - Bits : 64;
    x.set_slc(Bits, ac_int<count, false>(*s.in++));
    loadFrom<Bits + 64>(s, x);
  }
}

template <int Bits, class T> void storeFrom(Streams& s, const T& x) {
  if constexpr (Bits < T::width) {
    constexpr int count = T::width - Bits < 64 ? T::width - Bits : 64;
    s.out.push_back((Word)x.template slc<count>(Bits).to_uint64());
    storeFrom<Bits + 64>(s, x);
  }
}

template <class From, class To> void castCase(Streams& s, Word count, Word doubles) {
  for (Word n = 0; n < count; n++) {
    From x = 0;
    loadFrom<0>(s, x);
    To y = x;
    storeFrom<0>(s, y);
  }
  for (Word n = 0; n < doubles; n++) storeFrom<0>(s, To(loadDouble(s)));
}
