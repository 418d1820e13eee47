import { evaluatorSuite } from '../evaluator.suite.ts';
import { reference } from './index.ts';

evaluatorSuite(reference);
