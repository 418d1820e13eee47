/** Every recorded case that is read. */
import { CASES, testEmittedCases } from './hls4ml-csim.suite.ts';

testEmittedCases(CASES);
