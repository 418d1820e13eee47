import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFormat } from '../test/arbitraries.ts';
import { fixed, formatText, int, parseFormat, ufixed, uint } from './index.ts';
import type { FixedFormat, FormatStyle } from './index.ts';

describe('reading a format', () => {
  test.each<[string, FixedFormat]>([
    ['ap_fixed<16,6,AP_RND_CONV,AP_SAT,0>', fixed(16, 6, 'RND_CONV', 'SAT')],
    ['ap_fixed<16,6,AP_TRN,AP_WRAP,3>', fixed(16, 6, 'TRN', 'WRAP', 3)],
    ['ap_ufixed< 8 , 2 , AP_RND >', ufixed(8, 2, 'RND')],
    ['  ap_fixed <8,-2>  ', fixed(8, -2)],
    ['ap_int<8>', int(8)],
    ['ap_uint<10>', uint(10)],
    ['fixed<16,6,RND,SAT>', fixed(16, 6, 'RND', 'SAT')],
    ['ufixed<18,20,TRN_ZERO,SAT_SYM>', ufixed(18, 20, 'TRN_ZERO', 'SAT_SYM')],
    ['fixed<8,1,AP_RND_MIN_INF,AP_WRAP_SM,1>', fixed(8, 1, 'RND_MIN_INF', 'WRAP_SM', 1)],
    ['int<8>', int(8)],
    ['uint<10>', uint(10)],
    ['ac_fixed<16,6,true,AC_RND_CONV,AC_SAT>', fixed(16, 6, 'RND_CONV', 'SAT')],
    ['ac_fixed<16,6,false>', ufixed(16, 6)],
    ['ac_fixed<16,6>', fixed(16, 6)],
    ['ac_fixed<16,6,0,AC_TRN_ZERO,AC_SAT_ZERO>', ufixed(16, 6, 'TRN_ZERO', 'SAT_ZERO')],
    ['ac_int<8>', int(8)],
    ['ac_int<8, false>', uint(8)],
    ['Q6.10', fixed(16, 6)],
    ['UQ0.8', ufixed(8, 0)],
    ['Q-2.10', fixed(8, -2)],
  ])('%s', (text, expected) => {
    expect(parseFormat(text)).toEqual(expected);
  });

  test.each([
    ['float', 'FMT010', "'float' is no fixed-point format"],
    ['ac_ufixed<8,2>', 'FMT010', "'ac_ufixed<8,2>' is no fixed-point format"],
    ['fixed<16>', 'FMT011', "'fixed<16>' has 1 parameters, expected 2 to 5"],
    ['int<8,8>', 'FMT011', "'int<8,8>' has 2 parameters, expected 1"],
    ['fixed<16,six>', 'FMT012', "'six' in 'fixed<16,six>' is not a whole number"],
    ['fixed<16,>', 'FMT012', "'' in 'fixed<16,>' is not a whole number"],
    ['fixed<16,6,ROUND>', 'FMT013', "unknown rounding mode 'ROUND' in 'fixed<16,6,ROUND>'"],
    ['fixed<16,6,AC_RND>', 'FMT013', "unknown rounding mode 'AC_RND'"],
    ['ac_fixed<16,6,true,AC_RND_CONV_ODD>', 'FMT013', 'ap_fixed has no rounding to odd'],
    ['fixed<16,6,RND,CLIP>', 'FMT014', "unknown overflow mode 'CLIP'"],
    ['ac_fixed<16,6,true,AC_TRN,AC_WRAP_SM>', 'FMT014', 'ac_fixed has no WRAP_SM'],
    ['ac_fixed<16,6,signed>', 'FMT015', "sign 'signed' in 'ac_fixed<16,6,signed>' must be true or false"],
    ['fixed<0,0>', 'FMT001', 'width must be 1 to 1024 bits, not 0'],
    ['UQ1.-4', 'FMT001', 'width must be 1 to 1024 bits, not -3'],
    ['ap_ufixed<8,2,AP_TRN,AP_WRAP_SM>', 'FMT004', 'WRAP_SM needs a signed type'],
  ])('%s is refused with %s', (text, code, message) => {
    expect(() => parseFormat(text)).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => parseFormat(text)).toThrow(message);
  });
});

describe('printing a format', () => {
  test.each<[FixedFormat, FormatStyle, string]>([
    [fixed(16, 6), 'short', 'fixed<16,6>'],
    [ufixed(8, 2, 'RND_CONV', 'SAT'), 'short', 'ufixed<8,2,RND_CONV,SAT>'],
    [fixed(8, 2, 'TRN', 'WRAP', 2), 'short', 'fixed<8,2,TRN,WRAP,2>'],
    [int(8), 'short', 'int<8>'],
    [fixed(8, 8), 'short', 'fixed<8,8>'],
    [fixed(8, 8, 'TRN_ZERO'), 'ap', 'ap_fixed<8,8,AP_TRN_ZERO,AP_WRAP>'],
    [fixed(16, 6, 'RND', 'SAT'), 'ap', 'ap_fixed<16,6,AP_RND,AP_SAT>'],
    [uint(10), 'ap', 'ap_uint<10>'],
    [ufixed(16, 6, 'RND', 'SAT'), 'ac', 'ac_fixed<16,6,false,AC_RND,AC_SAT>'],
    [uint(10), 'ac', 'ac_int<10,false>'],
    [ufixed(8, -2), 'q', 'UQ-2.10'],
  ])('%o in the %s style', (format, style, text) => {
    expect(formatText(format, style)).toBe(text);
  });

  test.each<[FixedFormat, FormatStyle, string]>([
    [fixed(8, 2, 'TRN', 'WRAP', 2), 'ac', 'fixed<8,2,TRN,WRAP,2> cannot be written in the ac style'],
    [fixed(8, 2, 'TRN', 'WRAP_SM'), 'ac', 'fixed<8,2,TRN,WRAP_SM> cannot be written in the ac style'],
    [fixed(8, 2, 'RND'), 'q', 'fixed<8,2,RND,WRAP> cannot be written in the q style'],
  ])('refuses %o in the %s style', (format, style, message) => {
    expect(() => formatText(format, style)).toThrow(message);
  });

  propertyTest.prop([anyFormat(1024), fc.constantFrom<FormatStyle>('short', 'ap')])(
    'and reading it gives the same format',
    (format, style) => {
      expect(parseFormat(formatText(format, style))).toEqual(format);
    },
  );

  propertyTest.prop([anyFormat(1024).map((format) => ({ ...format, saturationBits: 0 }))])(
    'as ac_fixed and reading it gives the same format',
    (format) => {
      fc.pre(format.overflow !== 'WRAP_SM');
      expect(parseFormat(formatText(format, 'ac'))).toEqual(format);
    },
  );

  propertyTest.prop([fc.integer({ min: 1, max: 1024 }), fc.integer({ min: -50, max: 1100 })])(
    'as Q notation and reading it gives the same format',
    (width, integerBits) => {
      expect(parseFormat(formatText(ufixed(width, integerBits), 'q'))).toEqual(ufixed(width, integerBits));
    },
  );
});
