import { goldenSuite } from '../golden.suite.ts';
import { reference } from './index.ts';

goldenSuite(reference, 'full');
