/**
 * The direction of imports between the rooms. An arrow against this table is a design error.
 * Each row: a room and what it may import from besides itself.
 */
const rooms = {
  'packages/fixed-point-ts': [],
  schemas: [],
  'sim/model': ['packages/fixed-point-ts', 'schemas'],
  'sim/import': ['packages/fixed-point-ts', 'schemas', 'sim/model'],
  'sim/evaluate': ['packages/fixed-point-ts', 'schemas', 'sim/model'],
  'sim/pipeline': ['packages/fixed-point-ts', 'schemas'],
  'sim/lower': ['packages/fixed-point-ts', 'schemas', 'sim/model', 'sim/pipeline'],
  'sim/cycles': ['packages/fixed-point-ts', 'schemas', 'sim/pipeline'],
  'sim/estimate': ['packages/fixed-point-ts', 'schemas', 'sim/model', 'sim/pipeline', 'sim/lower'],
  'rtl-templates': ['packages/fixed-point-ts', 'schemas', 'sim/model', 'sim/pipeline'],
  verify: ['packages/fixed-point-ts', 'schemas', 'sim', 'rtl-templates'],
  symbolic: ['packages/fixed-point-ts', 'schemas', 'sim/model', 'sim/evaluate', 'sim/estimate'],
  train: ['packages/fixed-point-ts', 'schemas', 'sim/model', 'sim/evaluate'],
  view: ['schemas'],
};
const escape = (path) => path.replaceAll('/', '\\/');
const ownCode = '^(packages|schemas|sim|rtl-templates|verify|symbolic|train|view|cli|bench|scripts)/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `direction-${room.replaceAll('/', '-')}`,
      comment: `${room} may import from: ${allowed.join(', ') || 'nothing else here'}`,
      severity: 'error',
      from: { path: `^${escape(room)}/`, pathNot: '\\.test\\.ts$|\\.suite\\.ts$' },
      to: { path: ownCode, pathNot: [room, ...allowed].map((path) => `^${escape(path)}/`) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
