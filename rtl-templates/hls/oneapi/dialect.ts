/** oneAPI: ac_types, attributes in front of loops and arrays, and a queue in standard C++ that stands for pipes. */
import type { Hint } from '../annotate.ts';
import { acNumbers, acType } from '../ac-dialect.ts';
import type { HlsDialect } from '../dialect.ts';
import { text } from '../text.ts';

export const oneapiDialect: HlsDialect = {
  target: 'oneapi',
  hints: { labels: false, print: (hint) => ({ before: attribute(hint) }) },
  type: acType,
  numbers: acNumbers([
    '#ifdef SYCL_LANGUAGE_VERSION',
    '#include <sycl/ext/intel/ac_types/ac_fixed.hpp>',
    '#include <sycl/ext/intel/ac_types/ac_int.hpp>',
    '#else',
    '#include "ac_fixed.h"',
    '#include "ac_int.h"',
    '#endif',
  ]),
  streamOf: (beat) => `beat_queue<${beat}>`,
  streamInclude: text`
    #include <deque>

    // A queue with the read and write of a pipe, for runs in standard C++.
    template <class Beat> class beat_queue {
    public:
      Beat read() {
        const Beat values = beats_.front();
        beats_.pop_front();
        return values;
      }
      void write(const Beat &values) { beats_.push_back(values); }
      int size() const { return int(beats_.size()); }

    private:
      std::deque<Beat> beats_;
    };
  `,
};

function attribute(hint: Hint): string | undefined {
  switch (hint.kind) {
    case 'unroll':
      return '#pragma unroll';
    case 'pipeline':
      return `[[intel::initiation_interval(${hint.interval})]]`;
    case 'registers':
      return '[[intel::fpga_register]]';
    case 'inline':
    case 'pipeline-function':
    case 'partition':
    case 'partition-rows':
    case 'words':
    case 'multipliers':
      return undefined;
    default:
      return hint satisfies never;
  }
}
