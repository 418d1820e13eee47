/** What Catapult and oneAPI share: the number types of ac_types. */
import type { FixedFormat } from 'fixed-point-ts';
import { InputError } from '../../sim/model/index.ts';
import { text } from './text.ts';

/**
 * Every type is an ac_fixed: ac_int takes no fraction, and cuts one downwards where ap_int cuts it towards zero.
 * @throws InputError `HLS002` for AP_WRAP_SM and saturated bits, which ac_fixed has not
 */
export function acType(format: FixedFormat): string {
  const { width, integerBits, signed, rounding, overflow, saturationBits } = format;
  if (overflow === 'WRAP_SM' || (overflow === 'WRAP' && saturationBits > 0)) {
    const what = `ac_fixed has no ${overflow === 'WRAP_SM' ? 'AC_WRAP_SM' : 'saturated bits'}`;
    throw new InputError({ code: 'HLS002', what, mend: 'use another overflow mode, or the vitis target' });
  }
  const modes = rounding === 'TRN' && overflow === 'WRAP' ? '' : `,AC_${rounding},AC_${overflow}`;
  return `ac_fixed<${width},${integerBits},${signed}${modes}>`;
}

/** @param includes  lines that include ac_fixed and ac_int */
export function acNumbers(includes: readonly string[]): string {
  return text`
    ${includes}

    namespace kernels {

    template <int width> using signed_integer = ac_int<width, true>;
    template <int width> using unsigned_integer = ac_int<width, false>;

    template <class Number> int to_int(const Number &x) { return x.to_int(); }

    // The most significant bits of a number's pattern.
    template <int count, class Number> unsigned_integer<count> top_bits(const Number &x) {
      return x.template slc<count>(Number::width - count);
    }

    // The bit pattern of a number as an integer of the same width, and back.
    template <class Integer, class Number> Integer pattern(const Number &x) {
      return x.template slc<Number::width>(0);
    }
    template <class Number, class Integer> Number of_pattern(const Integer &bits) {
      Number x = 0;
      x.set_slc(0, bits);
      return x;
    }

    } // namespace kernels
  `;
}
