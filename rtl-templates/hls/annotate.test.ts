import { expect, test } from 'vitest';
import { annotate } from './annotate.ts';
import { catapultDialect } from './catapult/dialect.ts';
import { oneapiDialect } from './oneapi/dialect.ts';
import { text } from './text.ts';
import { vitisDialect } from './vitis/dialect.ts';

const kernel = text`
  void f() {
    //@ inline
    //@ registers
    int a[4];
    //@ pipeline Layer::reuse
  rows:
    for (int i = 0; i < 4; i++) {
      //@ unroll
      for (int j = 0; j < 4; j++) {
        a[i] = j;
      }
    }
  }
`;

test('Vitis pragmas stand behind what they are about', () => {
  expect(annotate(kernel, vitisDialect.hints)).toBe(text`
    void f() {
      #pragma HLS INLINE
      int a[4];
      #pragma HLS ARRAY_PARTITION variable=a complete
    rows:
      for (int i = 0; i < 4; i++) {
        #pragma HLS PIPELINE II=Layer::reuse
        for (int j = 0; j < 4; j++) {
          #pragma HLS UNROLL
          a[i] = j;
        }
      }
    }
  `);
});

test('Catapult pragmas stand in front of loops, with an interval that has a name', () => {
  expect(annotate(kernel, catapultDialect.hints)).toBe(text`
    void f() {
      int a[4];
      constexpr int interval = Layer::reuse;
      #pragma hls_pipeline_init_interval interval
    rows:
      for (int i = 0; i < 4; i++) {
        #pragma hls_unroll yes
        for (int j = 0; j < 4; j++) {
          a[i] = j;
        }
      }
    }
  `);
});

test('oneAPI attributes stand in front, and loops have no labels', () => {
  expect(annotate(kernel, oneapiDialect.hints)).toBe(text`
    void f() {
      [[intel::fpga_register]]
      int a[4];
      [[intel::initiation_interval(Layer::reuse)]]
      for (int i = 0; i < 4; i++) {
        #pragma unroll
        for (int j = 0; j < 4; j++) {
          a[i] = j;
        }
      }
    }
  `);
});

test('a hint that is not known is a fault of the kernel', () => {
  expect(() => annotate('//@ unrol', vitisDialect.hints)).toThrow("unknown hint 'unrol'");
});
