/** Installs the npm packages of the lock file, unless they are there already. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './step.mjs';

export function installPackages() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  step('npm packages', 'npm', ['ci', '--no-audit', '--no-fund']);
}
