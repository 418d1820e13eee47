import { evaluatorSuite } from '../evaluator.suite.ts';
import { compiled } from './index.ts';

evaluatorSuite(compiled);
