/** Runs a command with its output shown, as one named step of a longer job. Ends the job if the command fails. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export function step(title, command, args, { env = {}, mayFail = false } = {}) {
  const started = Date.now();
  process.stdout.write(`\n== ${title}: ${command} ${args.join(' ')}\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    process.stdout.write(`== ${title}: done in ${seconds} s\n`);
  } else if (!mayFail) {
    process.stderr.write(`== ${title}: failed after ${seconds} s${error ? ` (${error.message})` : ''}\n`);
    process.exit(1);
  }
  return status === 0;
}

/** Whether a command can be found on PATH. */
export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}
