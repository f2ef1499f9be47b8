// The files for operators: they load in the programs that they are made for, and work with a real node.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { parse } from 'yaml';
import { temporaryFolder } from '../harness/folder.mjs';
import { startTogether } from '../harness/network.mjs';
import { freePort, Node, NODE } from '../harness/node.mjs';
import { account } from '../harness/polkadot-js.mjs';
import { reap } from '../harness/reaper.mjs';
import { rpc } from '../harness/rpc.mjs';
import { ANCHOR } from '../harness/anchor.mjs';
import { SERVICE_NODE } from '../harness/service-node.mjs';
import { until } from '../harness/wait.mjs';

const OPS = fileURLToPath(new URL('../../ops', import.meta.url));
const read = (...at) => readFileSync(path.join(OPS, ...at), 'utf8');
const board = JSON.parse(read('grafana', 'smartlayer-nodes.json'));
const boards = [board, JSON.parse(read('grafana', 'smartlayer-service-nodes.json'))];
const rulesOf = (file) => parse(read('prometheus', file)).groups.flatMap(({ rules }) => rules);
/** The alerts for nodes. Those for service nodes are checked where one runs. */
const rules = rulesOf('alerts.yml');

/** Runs a program to its end, and shows its output if it fails. */
function passes(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error ?? `${stdout}${stderr}`}`);
}

/** Runs Prometheus for a node with the configuration of `ops`, but with a shorter interval and other ports. */
class Prometheus {
  /** @type {number} */
  port;
  /** @type {import('node:child_process').ChildProcess} */
  child;

  static async over(node) {
    const prometheus = new Prometheus();
    const folder = temporaryFolder();
    cpSync(path.join(OPS, 'prometheus'), folder, { recursive: true });
    const config = read('prometheus', 'prometheus.yml')
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:9615', `127.0.0.1:${node.metricsPort}`);
    writeFileSync(path.join(folder, 'prometheus.yml'), config);
    prometheus.port = await freePort();
    prometheus.child = spawn(
      'prometheus',
      [
        `--config.file=${path.join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${prometheus.port}`,
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    reap({ pid: prometheus.child.pid });
    try {
      await until('Prometheus scrapes the node', async () => (await prometheus.query('up == 1')).length === 1);
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  async get(what) {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/${what}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const { status, data, error } = await response.json();
    if (status !== 'success') throw new Error(error);
    return data;
  }

  async query(expression) {
    return (await this.get(`query?query=${encodeURIComponent(expression)}`)).result;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill();
      await exit;
    }
    reap({ pid: this.child.pid, gone: true });
  }
}

let node;
let prometheus;

before(async () => {
  node = await Node.start(['--dev'], { metrics: true });
  prometheus = await Prometheus.over(node);
});

after(async () => {
  await prometheus?.stop();
  await node?.stop();
});

test('the alerts are what promtool takes, and do what their own tests say', () => {
  passes('promtool', 'check', 'config', path.join(OPS, 'prometheus', 'prometheus.yml'));
  for (const name of ['alerts', 'service-node-alerts', 'anchor-alerts']) {
    passes('promtool', 'test', 'rules', path.join(OPS, 'prometheus', `${name}.test.yml`));
    const tested = read('prometheus', `${name}.test.yml`);
    for (const { alert } of rulesOf(`${name}.yml`)) {
      assert.ok(tested.includes(`"${alert}"`) || tested.includes(`alertname: ${alert}`), alert);
    }
  }
});

test('every alert is loaded and silent over a node that is well, and watches what the node shows', async () => {
  await node.finalized(3);
  const loaded = await until('every rule was evaluated, and is silent', async () => {
    const { groups } = await prometheus.get('rules');
    const found = groups.flatMap(({ rules }) => rules);
    // A development chain has only one node.
    const silent = ({ name, state }) => name === 'FewPeers' || state === 'inactive';
    const own = found.filter(({ name }) => rules.some(({ alert }) => alert === name));
    return own.every((rule) => rule.health === 'ok' && silent(rule)) && own;
  });
  assert.deepEqual(
    loaded.map(({ name }) => name),
    rules.map(({ alert }) => alert),
  );
  for (const { alert, expr } of rules) {
    for (const metric of new Set(expr.match(/\b(?:substrate|smartlayer)_[a-z0-9_]+\b|\bup\b/g))) {
      assert.notEqual((await prometheus.query(metric)).length, 0, `${alert}: the node has no ${metric}`);
    }
    assert.match(expr, /\b(?:substrate|smartlayer)_|\bup\b/);
  }
});

for (const { title, panels, templating } of boards) {
  test(`the board “${title}” is well formed`, () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.deepEqual(
      templating.list.map(({ name }) => name),
      ['datasource', 'instance'],
    );
    const taken = new Set();
    for (const { title, description, gridPos, targets, datasource } of panels) {
      assert.ok(title && description, `panel ${title} says what it shows`);
      assert.equal(datasource.uid, '${datasource}', title);
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(!taken.has(`${x}/${y}`), `${title} lies over another panel`);
          taken.add(`${x}/${y}`);
        }
      }
      assert.ok(targets.length > 0, title);
      for (const { expr } of targets) assert.match(expr, /instance=~"\$instance"/, title);
    }
  });
}

test('every query of the board returns data', async () => {
  for (const { title, targets } of board.panels) {
    for (const { expr } of targets) {
      const query = expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '30s');
      const result = await until(`${title}: ${query}`, async () => {
        const series = await prometheus.query(query);
        return series.length > 0 && series.every(({ value: [, value] }) => Number.isFinite(Number(value))) && series;
      });
      assert.ok(result.length > 0, title);
    }
  }
});

test('a node that dies sets off the alert', async () => {
  await node.stop('SIGKILL');
  await until('the alert is on its way', async () => {
    const { alerts } = await prometheus.get('alerts');
    return alerts.some(({ labels }) => labels.alertname === 'NodeDown');
  });
});

test('the units of the programs beside a node are what systemd takes', () => {
  for (const [name, program] of Object.entries({
    'smartlayer-service-node': SERVICE_NODE,
    'smartlayer-anchor': ANCHOR,
  })) {
    const unit = path.join(temporaryFolder(), `${name}.service`);
    const text = read('systemd', `${name}.service`);
    assert.ok(text.includes(`\nExecStart=/usr/local/bin/${name} `), name);
    writeFileSync(unit, text.replace(`/usr/local/bin/${name}`, program));
    passes('systemd-analyze', 'verify', '--man=no', unit);
  }
});

test('the unit is what systemd takes', () => {
  // The built node replaces the one that an operator installs.
  const unit = path.join(temporaryFolder(), 'smartlayer-node.service');
  const text = read('systemd', 'smartlayer-node.service');
  assert.match(text, /^ExecStart=\/usr\/local\/bin\/smartlayer-node /m);
  writeFileSync(unit, text.replace('/usr/local/bin/smartlayer-node', NODE));
  passes('systemd-analyze', 'verify', '--man=no', unit);
  const flags = [...read('systemd', 'node.env').matchAll(/^#?NODE_FLAGS="(.*)"$/gm)];
  assert.equal(flags.length, 2);
});

test('the Dockerfile is in order', () => {
  const problems = validateDockerfile(read('docker', 'Dockerfile'));
  assert.deepEqual(problems, []);
});

/** The keys of the compose specification that this project's file uses. */
const COMPOSE = ['name', 'services', 'volumes', 'x-anchor', 'x-program'];
const SERVICE = [
  ...['image', 'build', 'command', 'depends_on', 'init', 'ports', 'restart', 'stop_grace_period', 'sysctls', 'volumes'],
];
const PROGRAM = [...SERVICE.filter((key) => !['build', 'sysctls'].includes(key)), 'entrypoint', 'profiles'];

test('the four anchors of the compose file find each other, and the programs find them', async (t) => {
  const compose = parse(read('docker', 'compose.yml'), { merge: true });
  for (const key of Object.keys(compose)) assert.ok(COMPOSE.includes(key), key);
  const all = Object.entries(compose.services);
  const services = Object.fromEntries(all.filter(([, { entrypoint }]) => !entrypoint));
  const programs = Object.fromEntries(all.filter(([, { entrypoint }]) => entrypoint));
  for (const key of Object.values(services).flatMap(Object.keys)) assert.ok(SERVICE.includes(key), key);
  for (const key of Object.values(programs).flatMap(Object.keys)) assert.ok(PROGRAM.includes(key), key);
  assert.deepEqual(Object.keys(services), ['alice', 'bob', 'charlie', 'dave']);
  const anchors = Object.keys(services).map((name) => `${name}-anchor`);
  assert.deepEqual(Object.keys(programs), [...anchors, 'service-node', 'other-service-node']);
  for (const [name, { image, command, volumes, depends_on: on }] of Object.entries(programs)) {
    assert.deepEqual([image, command], ['smartlayer', ['run']]);
    assert.equal(volumes[0], `${name}:/data`);
    assert.match(volumes[1], /^\$\{\w+:-\.\/[\w-]+\}(\/\w+)?:\/etc\/smartlayer:ro$/);
    assert.ok(on.every((service) => service in services));
  }
  const ports = Object.values(compose.services).flatMap(({ ports = [] }) => ports.map((port) => port.split(':')[1]));
  assert.equal(new Set(ports).size, ports.length);
  // Containers have their own kernel settings, which must be those of the guide.
  const [, setting, value] = read('sysctl', '90-smartlayer.conf').match(/^(\S+) = (\d+)$/m);
  for (const { sysctls } of Object.values(services)) assert.deepEqual(sysctls, { [setting]: Number(value) });
  assert.deepEqual(Object.keys(compose.volumes), Object.keys(compose.services));
  // Without containers the nodes share one machine, with different ports and on loopback only.
  const port = await freePort();
  const starters = Object.entries(services).map(([name, { image, command, volumes }]) => {
    assert.equal(image, 'smartlayer');
    assert.deepEqual(volumes, [`${name}:/data`]);
    const args = command
      .filter((argument) => !['--rpc-external', '--prometheus-external', '--base-path=/data'].includes(argument))
      .map((argument) => argument.replace('/dns4/alice/tcp/30333', `/ip4/127.0.0.1/tcp/${port}`));
    assert.equal(args.length, command.length - (name === 'alice' ? 3 : 2));
    args.push(`--base-path=${temporaryFolder()}`);
    return () => Node.start(args, { port: name === 'alice' ? port : undefined });
  });
  const nodes = await startTogether(starters);
  t.after(() => Promise.all(nodes.map((node) => node.stop())));
  for (const { rpcPort } of nodes) {
    await until('three peers', async () => (await rpc(rpcPort, 'system_health')).peers === 3);
  }
  await nodes[3].finalized(3);

  // What the guides say about the folders, on one machine.
  const genesis = await rpc(nodes[0].rpcPort, 'chain_getBlockHash', [0]);
  const check = async (service, kind, program, name, keys) => {
    const folder = temporaryFolder();
    const config = path.join(folder, `${kind}.toml`);
    for (const key of keys) writeFileSync(path.join(folder, key), `//${name}`, { mode: 0o400 });
    const filled = readFileSync(path.join(OPS, `${kind}.toml`), 'utf8')
      .replace('<address>', (await account(name)).address)
      .replaceAll('<0x and 64 digits>', genesis)
      .replace('ws://127.0.0.1:9944', nodes[0].ws)
      .replaceAll('/etc/smartlayer/', '')
      .replace(`/var/lib/smartlayer-${kind}`, 'data');
    writeFileSync(config, filled);
    const [named, ...flags] = programs[service].entrypoint;
    assert.equal(named, path.basename(program));
    const bare = flags.map((flag) => (flag === `/etc/smartlayer/${kind}.toml` ? config : flag));
    passes(program, ...bare, 'init');
    return spawnSync(program, [...bare, 'check'], { encoding: 'utf8' }).stdout;
  };
  const node = await check('service-node', 'service-node', SERVICE_NODE, 'Eve', ['service.key', 'operator.key']);
  assert.match(node, /the chain is at the final block/);
  assert.match(node, /is not bonded/);
  const anchor = await check('alice-anchor', 'anchor', ANCHOR, 'Alice', ['duty.key', 'anchor-operator.key']);
  assert.match(anchor, /^ok {7}the chain has this duty key$/m);
});
