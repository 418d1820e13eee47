/** Vitis HLS: ap_types, hls::stream, and pragmas behind the line that they are about. */
import { type FixedFormat, formatText } from 'fixed-point-ts';
import type { Hint } from '../annotate.ts';
import type { HlsDialect } from '../dialect.ts';
import { text } from '../text.ts';

const numbers = text`
  #include "ap_fixed.h"
  #include "ap_int.h"

  namespace kernels {

  template <int width> using signed_integer = ap_int<width>;
  template <int width> using unsigned_integer = ap_uint<width>;

  template <class Number> int to_int(const Number &x) {
  #pragma HLS INLINE
    return x.to_int();
  }

  // The most significant bits of a number's pattern.
  template <int count, class Number> unsigned_integer<count> top_bits(const Number &x) {
  #pragma HLS INLINE
    return x.range(Number::width - 1, Number::width - count);
  }

  // The bit pattern of a number as an integer of the same width, and back.
  template <class Integer, class Number> Integer pattern(const Number &x) {
  #pragma HLS INLINE
    Integer bits;
    bits.range(Number::width - 1, 0) = x.range(Number::width - 1, 0);
    return bits;
  }
  template <class Number, class Integer> Number of_pattern(const Integer &bits) {
  #pragma HLS INLINE
    Number x;
    x.range(Number::width - 1, 0) = bits.range(Number::width - 1, 0);
    return x;
  }

  } // namespace kernels
`;

export const vitisDialect: HlsDialect = {
  target: 'vitis',
  hints: { labels: true, print: (hint) => ({ after: `#pragma HLS ${pragma(hint)}` }) },
  type: (format: FixedFormat) => formatText(format, 'ap'),
  numbers,
  streamOf: (beat) => `hls::stream<${beat}>`,
  streamInclude: '#include "hls_stream.h"',
};

function pragma(hint: Hint): string {
  switch (hint.kind) {
    case 'unroll':
      return 'UNROLL';
    case 'pipeline':
    case 'pipeline-function':
      return `PIPELINE II=${hint.interval}`;
    case 'registers':
    case 'partition':
      return `ARRAY_PARTITION variable=${hint.array} complete`;
    case 'partition-rows':
      return `ARRAY_PARTITION variable=${hint.array} complete dim=1`;
    case 'words':
      return `ARRAY_RESHAPE variable=${hint.array} cyclic factor=${hint.count}`;
    case 'multipliers':
      return `ALLOCATION operation instances=mul limit=${hint.count}`;
    case 'inline':
      return 'INLINE';
    default:
      return hint satisfies never;
  }
}
