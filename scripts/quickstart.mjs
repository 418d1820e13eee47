/**
 * From a fresh clone to the first result: installs the packages, builds, and runs the main job on a bundled design:
 * a published network that keeps at most 16 of the 3,969 pixels of a neutrino image, evaluated against its recorded
 * C simulation and estimated beside what Vitis and Vivado reported.
 */
import { installPackages } from './install-packages.mjs';
import { step } from './step.mjs';

const design = 'golden/sparsepixels/neutrino-8b-sparse_m';

installPackages();
step('build', 'npm', ['run', '--silent', 'build']);
step('bit for bit against the recorded C simulation', 'node', ['dist/cli.js', 'verify', design]);
step('latency and resources beside the vendor reports', 'node', ['dist/cli.js', 'estimate', design]);
process.stdout.write('\nNext: npx pipewright --help\n');
