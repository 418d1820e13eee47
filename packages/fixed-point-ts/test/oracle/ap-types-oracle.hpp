// Runs ap_fixed and ap_int operators on operands read from stdin and writes every result to stdout, for comparison.
// One case is a pair of types. Before its results it writes the width, integer bits and sign of each result type.
#include <type_traits>
#include <utility>
#include "ap_fixed.h"
#include "streams.hpp"

template <class T> struct Traits;
template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, int N> struct Traits<ap_fixed_base<W, I, S, Q, O, N>> {
  static constexpr int width = W, integerBits = I, isSigned = S;
};
template <int W, bool S> struct Traits<ap_int_base<W, S>> {
  static constexpr int width = W, integerBits = W, isSigned = S;
};
template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
struct Traits<ap_fixed<W, I, Q, O, N>> : Traits<ap_fixed_base<W, I, true, Q, O, N>> {};
template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
struct Traits<ap_ufixed<W, I, Q, O, N>> : Traits<ap_fixed_base<W, I, false, Q, O, N>> {};
template <int W> struct Traits<ap_int<W>> : Traits<ap_int_base<W, true>> {};
template <int W> struct Traits<ap_uint<W>> : Traits<ap_int_base<W, false>> {};

template <class T> constexpr int widthOf = Traits<T>::width;
template <class T> constexpr int wordsOf = (widthOf<T> + 63) / 64;
template <class T> constexpr bool isInteger = false;
template <int W> constexpr bool isInteger<ap_int<W>> = true;
template <int W> constexpr bool isInteger<ap_uint<W>> = true;

template <class T> void load(Streams& s, T& x) {
  for (int i = 0; i < wordsOf<T>; i++) x.V.set_pVal(i, s.in[i]);
  x.V.clearUnusedBits();
  s.in += wordsOf<T>;
}

template <class T> void store(Streams& s, const T& x) {
  for (int i = 0; i < wordsOf<T>; i++) s.out.push_back((Word)x.V.get_pVal(i));
}

template <class T> void describe(Streams& s) {
  s.out.push_back(widthOf<T>);
  s.out.push_back((Word)(std::int64_t)Traits<T>::integerBits);
  s.out.push_back(Traits<T>::isSigned);
}

template <class T> using Plain = std::remove_cv_t<std::remove_reference_t<T>>;

// Assignment from one type to another, then from float64 and float32.
template <class From, class To> void castCase(Streams& s, Word count, Word doubles) {
  describe<To>(s);
  for (Word n = 0; n < count; n++) {
    From x;
    load(s, x);
    To y = x;
    store(s, y);
  }
  for (Word n = 0; n < doubles; n++) {
    double d = loadDouble(s);
    store(s, To(d));
    store(s, To((float)d));
  }
}

template <class A, class B> void operatorCase(Streams& s, Word count) {
  using Sum = Plain<decltype(std::declval<A>() + std::declval<B>())>;
  using Difference = Plain<decltype(std::declval<A>() - std::declval<B>())>;
  using Product = Plain<decltype(std::declval<A>() * std::declval<B>())>;
  using Quotient = Plain<decltype(std::declval<A>() / std::declval<B>())>;
  using Logic = Plain<decltype(std::declval<A>() & std::declval<B>())>;
  using Negative = Plain<decltype(-std::declval<A>())>;
  using Inverse = Plain<decltype(~std::declval<A>())>;
  describe<Sum>(s);
  describe<Difference>(s);
  describe<Product>(s);
  describe<Quotient>(s);
  describe<Logic>(s);
  describe<Negative>(s);
  describe<Inverse>(s);
  if constexpr (isInteger<A> && isInteger<B>) {
    describe<Plain<decltype(std::declval<A>() % std::declval<B>())>>(s);
  }
  for (Word n = 0; n < count; n++) {
    A a;
    B b;
    load(s, a);
    load(s, b);
    const int shift = (int)(std::int64_t)*s.in++;
    const int high = (int)*s.in++;
    const int low = (int)*s.in++;
    const bool divides = *s.in++ != 0;
    store(s, a + b);
    store(s, a - b);
    store(s, a * b);
    store(s, a & b);
    store(s, a | b);
    store(s, a ^ b);
    store(s, -a);
    store(s, ~a);
    s.out.push_back((a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5);
    { A c = a; c += b; store(s, c); }
    { A c = a; c -= b; store(s, c); }
    { A c = a; c *= b; store(s, c); }
    store(s, A(a << shift));
    store(s, A(a >> shift));
    s.out.push_back((Word)(bool)a[high]);
    { A c = a; c[low] = !(bool)c[low]; store(s, c); }
    store(s, ap_uint<widthOf<A>>(a.range(high, low)));
    { A c = a; c.range(high, low) = b; store(s, c); }
    {
      ap_uint<widthOf<A>> x = a.range();
      ap_uint<widthOf<B>> y = b.range();
      store(s, ap_uint<widthOf<A> + widthOf<B>>(x.concat(y)));
    }
    { double d = a.to_double(); Word w; std::memcpy(&w, &d, 8); s.out.push_back(w); }
    { float f = a.to_float(); std::uint32_t w; std::memcpy(&w, &f, 4); s.out.push_back(w); }
    if (divides) {
      store(s, a / b);
      { A c = a; c /= b; store(s, c); }
      if constexpr (isInteger<A> && isInteger<B>) {
        store(s, a % b);
        { A c = a; c %= b; store(s, c); }
      }
    }
  }
}
