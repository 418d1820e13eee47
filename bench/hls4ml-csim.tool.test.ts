/** A few small cases of different kinds; hls4ml-csim.full.test.ts runs all. */
import { testEmittedCases } from './hls4ml-csim.suite.ts';

testEmittedCases([
  'bidirectional_lstm_par',
  'conv1d_stream',
  'einsumdense_par',
  'embedding_par',
  'hgq2_mlp',
  'layernorm_par',
  'merge_stream',
  'pool2d_par',
]);
