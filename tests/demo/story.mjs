// The story of the chain, told by its programs. Each chapter does what it tells, and checks it.
import assert from 'node:assert/strict';
import { hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { PromiseScheme, paying } from '../examples/website.mjs';
import { dutyKeyOf } from '../harness/anchor.mjs';
import { currentDuty } from '../harness/anchors.mjs';
import { createKeys, stand } from '../harness/candidacy.mjs';
import { decide, quietHolders } from '../harness/governance.mjs';
import { account, clock, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { hexOf, order } from '../harness/service-node.mjs';
import { until } from '../harness/wait.mjs';
import { substrateKey } from '../tools/promise.mjs';
import { verifyStatement } from '../tools/token-api.mjs';
import { ANCHORS, CANDIDATE, PRICES, SERVERS } from './stage.mjs';

/** The number of calls that the website pays for one by one. */
const CALLS = 40;
/** The deposit of a session. */
const DEPOSIT = 20n * SLN;
const BOND = 1_000n * SLN;
/** What a node with a score of one point loses for a fault: 29.8 %. */
const SLASH = (BOND * 298n) / 1_000n;
/** One point of a score, as the chain counts. */
const POINT = 1_000_000_000n;
/** The share of a payment that is burned, in percent. */
const BURNED = 5n;
/** What a judge loses whose verdict was wrong, in percent of its bond. */
const WRONG_VERDICT = 1n;

/** Returns an amount as text. */
export function sln(amount) {
  const digits = BigInt(amount).toString().padStart(13, '0');
  const fraction = digits.slice(-12).replace(/0+$/, '');
  const whole = digits.slice(0, -12).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}${fraction && `.${fraction}`} SLN`;
}

export class Story {
  /**
   * @param {import('./stage.mjs').Stage} stage
   * @param {import('./teller.mjs').Teller} teller
   */
  constructor(stage, teller) {
    this.stage = stage;
    this.teller = teller;
    /** The sessions by their payers. @type {Record<string, { session: string, scheme: PromiseScheme, server: string }>} */
    this.sessions = {};
  }

  get api() {
    return this.stage.api;
  }

  /** Shows events, with the blocks that contain them. */
  evidence(...rows) {
    const row = ([{ height, section, method }, text]) => [`block ${height}`, `${section}.${method}`, text];
    this.teller.show(...rows.map(row));
  }

  /** Waits for an event whose data are of an account, and returns it. */
  async of(kind, field, name, is = (/** @type {any} */ _data) => true) {
    const { address } = await account(name);
    return this.stage.chronicle.first(kind, (data) => data[field].toString() === address && is(data));
  }

  /** Does something again that was refused because the program of a seat has sent a transaction at the same moment. */
  async again(what) {
    try {
      return await what();
    } catch (error) {
      if (!/Usurped|Invalid|Dropped|Priority is too low|not included|outdated|Stale/.test(error.message)) throw error;
      return what();
    }
  }

  /** Decides a call by referendum. The programs of the seats send transactions with the accounts of other holders meanwhile. */
  async decide(call, origin) {
    const voters = await quietHolders();
    const { dispatched } = await decide(this.api, call, {
      origin: { Origins: origin },
      proposer: voters[0].pair,
      voters,
    });
    assert.ok(dispatched.isOk, dispatched.toString());
  }

  async tell() {
    await this.begin();
    await this.elect();
    await this.bonded();
    await this.payPerCall();
    await this.cashOut();
    await this.seat();
    await this.commit();
    // What follows takes its time on the chain, so both cases begin together.
    const accused = this.accuse();
    // Reported in its chapter.
    accused.catch(() => {});
    await this.silence();
    await this.appeal(await accused);
    await this.scores();
  }

  /** Presents the stage. */
  async begin() {
    const { stage, teller, api } = this;
    teller.title('The SmartLayer chain, told by its programs');
    teller.say(
      `Five nodes run on this machine. Four of them, of the organisations ${ANCHORS.slice(0, 3).join(', ')} and ${ANCHORS[3]}, are the
      anchors of a new chain: they author its blocks, a block every second. Everything below happens on it while you read. A line that names a block is from that block, which is final. Commands were just run as they stand here, but for the options that say where the chain, an anchor, and the configuration of a program are. Names stand for addresses, and hashes are shortened.`,
    );
    const hash = await api.rpc.chain.getBlockHash(1);
    teller.show(['genesis', stage.trial.genesis], ['block 1', hash.toHex()]);
    await stage.trial.publish();
  }

  async elect() {
    const { stage, teller, api } = this;
    const { trial } = stage;
    teller.chapter('Holders elect an anchor');
    teller.say(
      `The organisation of ${CANDIDATE} wants a seat. It bonds 20,000 SLN, creates keys in its own node, and stands for election.
      Holders admit it by referendum, and Ferdie, a holder, approves it and three others with 100,000 SLN: ${ANCHORS[3]} is not
      among them.`,
    );
    const [eve, ferdie] = await Promise.all([CANDIDATE, 'Ferdie'].map((name) => account(name)));
    const node = stage.nodes[CANDIDATE];
    const keys = await createKeys(api, node, eve);
    const anchor = await trial.add(CANDIDATE, node, { dutyKey: dutyKeyOf(node) });
    // The service nodes bond meanwhile.
    this.started = trial.start();
    this.started.catch(() => {});
    await stand(api, eve, keys, anchor.endpoint);
    await this.decide(api.tx.anchors.admit(eve.address), 'AnchorAdmin');
    const kept = ANCHORS.slice(0, 3);
    const approved = await Promise.all([CANDIDATE, ...kept].map(async (name) => (await account(name)).address));
    await send(api, api.tx.anchors.vote(approved, 100_000n * SLN), ferdie, { finalized: true });

    const bonded = await this.of('stakingSlash.Bonded', 'who', CANDIDATE);
    const voted = await this.of('anchors.Voted', 'who', 'Ferdie');
    assert.equal(bonded.data.amount.toBigInt(), 20_000n * SLN);
    assert.equal(voted.data.stake.toBigInt(), 100_000n * SLN);
    const picks = voted.data.candidates.map((who) => stage.nameOf(who));
    assert.deepEqual(picks.toSorted(), [CANDIDATE, ...kept].toSorted());
    this.evidence(
      [bonded, `${CANDIDATE}, ${sln(bonded.data.amount)}`],
      [await this.of('anchors.Applied', 'who', CANDIDATE), CANDIDATE],
      [await this.of('anchors.Admitted', 'who', CANDIDATE), 'by referendum'],
      [voted, `Ferdie approves ${picks.join(', ')} with ${sln(voted.data.stake)}`],
    );
    teller.say('The ballots are counted when the term ends. Until then, life goes on.');
  }

  async seat() {
    const { stage, teller } = this;
    teller.chapter('The seats change hands');
    teller.say(
      `When the term is over, the ballots are counted. ${CANDIDATE} takes the seat of ${ANCHORS[3]}, authors blocks from then on, and learns
      from the others what has happened so far.`,
    );
    const names = (accounts) => accounts.map((who) => stage.nameOf(who)).join(', ');
    const isElected = ({ seated }) => names(seated) === CANDIDATE;
    const changed = await stage.chronicle.first('anchors.SeatsChanged', isElected);
    assert.equal(names(changed.data.left), ANCHORS[3]);
    const seats = async () => (await currentDuty(this.api)).order.map(({ who }) => stage.nameOf(who));
    const seated = await until('the elected anchor sits', async () => {
      const now = await seats();
      return now.includes(CANDIDATE) && now;
    });
    const own = await until(`a block of ${CANDIDATE} is final`, () => this.blockOf(CANDIDATE));
    this.evidence([changed, `${CANDIDATE} takes a seat, ${ANCHORS[3]} leaves`]);
    teller.show(['on duty', seated.join(', ')], [`block ${own}`, `authored by ${CANDIDATE}`]);
  }

  /** Returns the height of a final block that somebody has authored, if it is one of the newest. */
  async blockOf(name) {
    const { stage, api } = this;
    const newest = stage.chronicle.height;
    for (let height = newest; height > newest - 10; height -= 1) {
      const { author } = await api.derive.chain.getHeader(await api.rpc.chain.getBlockHash(height));
      if (author && stage.nameOf(author) === name) return height;
    }
    return undefined;
  }

  async bonded() {
    const { stage, teller } = this;
    teller.chapter('Service nodes bond');
    await this.started;
    teller.say(
      `${SERVERS.join(', ')} are service nodes: they hold the tokens of an issuer, tickets for example, and answer websites that ask
      for them. Each bonds 1,000 SLN, which it loses if it does not serve as it says, and publishes where it can be reached.`,
    );
    const rows = [];
    for (const name of SERVERS) {
      const bonded = await this.of('stakingSlash.Bonded', 'who', name);
      assert.equal(bonded.data.amount.toBigInt(), BOND);
      rows.push([bonded, `${name}, ${sln(bonded.data.amount)}`]);
      const { url } = stage.server(name).node;
      rows.push([await this.of('stakingSlash.EndpointSet', 'who', name), `${name} is at ${url}`]);
    }
    this.evidence(...rows);
    const issued = await Promise.all(SERVERS.map((_, server) => stage.trial.issue(3, { server })));
    /** The tickets by the nodes that hold them. */
    this.tickets = Object.fromEntries(SERVERS.map((name, server) => [name, issued[server]]));
  }

  /** Opens a session with the command, and returns what it has printed. */
  async open(payer, server) {
    const { stage } = this;
    const { pair, node } = stage.server(server);
    const opened = await stage.smartlayer('session', 'open', pair.address, '20', stage.key(payer));
    const { data } = await this.of('payments.SessionOpened', 'payer', payer);
    const session = data.session.toString();
    await until('the node knows the session', async () => (await fetch(`${node.url}/v1/sessions/${session}`)).ok);
    const of = { session: BigInt(session), key: substrateKey(`//${payer}`, 'sr25519'), genesis: stage.trial.genesis };
    const scheme = new PromiseScheme({ ...of, limit: DEPOSIT, maxPrice: PRICES.write });
    this.sessions[payer] = { session, scheme, server };
    return opened;
  }

  /** Asks for a token as a customer, pays for it, and returns the answer, whose statement is verified. */
  async read(payer, instance) {
    const { stage } = this;
    const { scheme, server } = this.sessions[payer];
    const { node, pair } = stage.server(server);
    const target = `/v1/tokens/${stage.issuer.class}/${instance}`;
    const response = await paying(scheme)(`${node.url}${target}`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    verifyStatement(response, { method: 'GET', target, text, node: pair.address, genesis: stage.trial.genesis });
    return JSON.parse(text);
  }

  async payPerCall() {
    const { teller } = this;
    teller.chapter('A website pays per call');
    teller.say(
      `A website deposits 20 SLN once. From then on nothing is written on the chain: with each call it signs a promise of the total so
      far, which grows by the price of the call, and the node signs what it answers.`,
    );
    const { shown, stdout } = await this.open('Website', 'Library');
    teller.command(shown, stdout);
    const { scheme } = this.sessions.Website;
    const [ticket] = this.tickets.Library;
    const begin = Date.now();
    const rows = [];
    for (let call = 1; call <= CALLS; call += 1) {
      const token = await this.read('Website', ticket);
      assert.equal(scheme.charged, BigInt(call) * PRICES.read);
      if (call <= 2 || call === CALLS) {
        rows.push([
          `call ${call}`,
          `ticket after ${token.sequence} operation`,
          `promised so far ${sln(scheme.promised)}`,
        ]);
      }
    }
    teller.show(...rows);
    teller.say(
      `${CALLS} calls, each paid and each signed by the node, took ${((Date.now() - begin) / 1000).toFixed(2)} s.`,
    );

    const traveller = await account('Traveller');
    teller.say(
      `The ticket is given to Traveller by its issuer, and Traveller redeems it: both sign, the website pays for the calls, and the node
      performs what they have signed.`,
    );
    await this.perform('Website', ticket, this.issuerPair, { transfer: hexOf(traveller) });
    const redeemed = await this.perform('Website', ticket, traveller, { mark: true });
    const owner = this.stage.nameOf(redeemed.owner);
    assert.deepEqual([redeemed.sequence, owner, redeemed.marked], ['3', 'Traveller', true]);
    teller.show(['ticket', `operations ${redeemed.sequence}`, `owner ${owner}`, `redeemed ${redeemed.marked}`]);
  }

  get issuerPair() {
    return this.stage.issuer.pair;
  }

  /** Lets a node perform an action on a token, and returns the token. */
  async perform(payer, instance, pair, action) {
    const { stage } = this;
    const { scheme, server } = this.sessions[payer];
    const { node } = stage.server(server);
    const token = await this.read(payer, instance);
    const write = order(pair, action, { token, genesis: stage.trial.genesis });
    const target = `${node.url}/v1/tokens/${stage.issuer.class}/${instance}/operations`;
    const body = JSON.stringify({ user: pair.address, write });
    const response = await paying(scheme)(target, { method: 'POST', body });
    assert.equal(response.status, 200, await response.clone().text());
    return this.read(payer, instance);
  }

  async cashOut() {
    const { stage, teller, api } = this;
    teller.chapter('The node cashes out, and a share is burned');
    const { scheme } = this.sessions.Website;
    teller.say(
      `The node holds one promise of ${sln(scheme.charged)}, the last one, for all calls. It shows it to the chain, which pays from the
      deposit. A share is burned, and others go to the pools from which anchors and service nodes are rewarded.`,
    );
    const issued = async (height) => {
      const at = await api.at(await api.rpc.chain.getBlockHash(height));
      return (await at.query.balances.totalIssuance()).toBigInt();
    };
    const response = await fetch(`${stage.server('Library').node.privateUrl}/cash-out`, { method: 'POST' });
    assert.equal(response.status, 200, await response.text());
    const cashed = await this.of('payments.CashedOut', 'node', 'Library');
    const { node, burned, anchors, nodes } = cashed.data.payment;
    const total = [node, burned, anchors, nodes].reduce((sum, part) => sum + part.toBigInt(), 0n);
    assert.equal(total, scheme.charged);
    assert.equal(cashed.data.spent.toBigInt(), total);
    assert.equal(burned.toBigInt(), (total * BURNED) / 100n);
    this.evidence([cashed, `Website pays ${sln(total)}`]);
    teller.show(
      ['to Library', sln(node)],
      ['burned', sln(burned)],
      ['to the pool of anchors', sln(anchors)],
      ['to the pool of service nodes', sln(nodes)],
    );
    const [before, after] = await Promise.all([issued(cashed.height - 1), issued(cashed.height)]);
    assert.ok(before - after >= burned.toBigInt());
    teller.show(['all SLN before', sln(before)], ['all SLN after', sln(after)]);
  }

  async commit() {
    const { stage, teller } = this;
    const { chronicle, trial } = stage;
    teller.chapter('Anchors commit to what happened, and everyone can prove it');
    teller.say(
      `The nodes have handed their operations over to the anchors. In each interval of ten blocks one anchor is on duty: it writes a
      snapshot, which has the same size for any number of operations, and which two thirds of the seats have recomputed and co-signed. Whoever holds an
      operation can prove that it is in there: the command asks an anchor, and believes only the chain.`,
    );
    const [ticket] = this.tickets.Library;
    const of = [stage.issuer.class, ticket];
    const redeemed = await trial.proved(ticket, { by: trial.anchors[CANDIDATE], sequence: 3, seconds: 120 });
    const written = await chronicle.first(
      'anchors.SnapshotWritten',
      (data) => data.snapshot.interval.toNumber() === redeemed,
    );
    const { operations } = written.data.snapshot;
    const count = operations.count.toNumber();
    assert.ok(count > 0);
    this.evidence([written, `${stage.nameOf(written.data.who)}, interval ${redeemed}, ${count} operations`]);
    const anchor = `--anchor=${trial.anchors[CANDIDATE].url}`;
    const proved = await stage.smartlayer('verify', 'operation', ...of, '3', anchor);
    assert.match(proved.stdout, new RegExp(`interval ${redeemed}: Library performed it for Traveller,`));
    teller.command(proved.shown, proved.stdout);
    const bit = await stage.smartlayer('verify', 'bit', stage.issuer.class, '0', anchor);
    assert.match(bit.raw, /bit 0 .* is set/);
    teller.command(bit.shown, bit.stdout);
    teller.say('Bit 0 is the mark of this ticket. Nobody can deny any more that it was redeemed.');
    teller.say(
      `Users confirm that this is what they wanted: Traveller, and at the other nodes the issuer of the tickets. Each node shows the chain the
      confirmation with the proof, and earns a point.`,
    );
    const confirmed = [
      ['Library', ticket, 3, 'Traveller'],
      ['Tavern', this.tickets.Tavern[0], 1, 'Issuer'],
      ['Harbour', this.tickets.Harbour[0], 1, 'Issuer'],
    ];
    this.evidence(...(await Promise.all(confirmed.map((what) => this.confirm(...what)))));
  }

  /** Confirms as its user that an operation was performed, which the node shows the chain. Returns what it has shown. */
  async confirm(server, ticket, sequence, user) {
    const { stage } = this;
    const { node } = stage.server(server);
    const url = `${node.url}/v1/tokens/${stage.issuer.class}/${ticket}/operations/${sequence}`;
    const { operation } = await until('the node has the proof', async () => {
      const response = await fetch(`${url}/proof`);
      return response.ok && response.json();
    });
    const pair = await account(user);
    const payload = u8aConcat('SmartLayer issue proof', hexToU8a(stage.trial.genesis), hexToU8a(operation));
    const signature = u8aToHex(u8aConcat([1], pair.sign(payload)));
    const response = await fetch(`${url}/confirmation`, { method: 'POST', body: JSON.stringify({ signature }) });
    assert.equal(response.status, 200, await response.text());
    return [await this.of('anchors.IssueProved', 'node', server), `${server} has served ${user}`];
  }

  async silence() {
    const { stage, teller, api } = this;
    teller.chapter('A node is silent, is slashed, and its customer is paid');
    const [ticket] = this.tickets.Tavern;
    teller.say(`Traveller has paid Tavern for some calls. Now Tavern does not answer any more.`);
    await this.open('Traveller', 'Tavern');
    for (let call = 0; call < CALLS; call += 1) await this.read('Traveller', ticket);
    const { node } = stage.server('Tavern');
    const response = await fetch(`${node.privateUrl}/cash-out`, { method: 'POST' });
    assert.equal(response.status, 200, await response.text());
    await this.of('payments.CashedOut', 'node', 'Tavern');
    await node.stop();
    await assert.rejects(this.read('Traveller', ticket), /fetch failed/);
    const traveller = await account('Traveller');
    const had = await free(api, traveller.address);

    teller.say(
      `So Traveller demands the answer on the chain, for a fee of 1 SLN. The call itself is in the demand: the node cannot say that it
      never got it. It has ten blocks.`,
    );
    const { session } = this.sessions.Traveller;
    const demand = ['demand', session, stage.issuer.class, ticket, '--wait', stage.key('Traveller')];
    const { shown, stdout, raw } = await stage.smartlayer(...demand);
    assert.match(raw, /the node was silent, and is slashed/);
    teller.command(shown, stdout);
    const [demanded, silent, aside, applied] = [
      await this.of('reports.Demanded', 'node', 'Tavern'),
      await this.of('reports.Silent', 'node', 'Tavern'),
      await this.of('stakingSlash.SlashSetAside', 'offender', 'Tavern'),
      await this.of('stakingSlash.SlashApplied', 'offender', 'Tavern'),
    ];
    const compensation = applied.data.toVictim.toBigInt();
    assert.equal(aside.data.amount.toBigInt(), SLASH);
    assert.equal(compensation, BigInt(CALLS) * PRICES.read);
    assert.equal(compensation + applied.data.toTreasury.toBigInt(), SLASH);
    const has = await free(api, traveller.address);
    // The fees of a transaction are less than a tenth of the fee of a demand, which is returned.
    assert.ok(has > had + compensation - SLN / 10n && has <= had + compensation, `${had} ${has}`);
    this.evidence(
      [demanded, `Tavern must answer until block ${demanded.data.deadline}`],
      [silent, 'Tavern was silent'],
      [aside, `${sln(SLASH)} of its bond are set aside, until it can have appealed`],
      [applied, `${sln(compensation)} to Traveller, ${sln(applied.data.toTreasury)} to the treasury`],
    );
    teller.say(
      `A customer gets at most what it has paid, so that nobody profits from slashes. Traveller had ${sln(had)} before the demand, and
      has ${sln(has)}: all that it paid for the calls, less the fees of the transaction.`,
    );
  }

  /** Accuses a node that has done nothing wrong, and returns what becomes of it. */
  async accuse() {
    const { stage, api } = this;
    const { trial, chronicle } = stage;
    const { pair: harbour } = stage.server('Harbour');
    const bob = await account('Bob');
    const evidence = keccakAsHex('what Bob believes to have measured');
    const report = api.tx.reports.report(
      'NoData',
      harbour.address,
      (await clock(api)) - 1,
      null,
      evidence,
      'https://example.org',
    );
    const bonds = await this.bonds();
    const { events } = await this.again(() => send(api, report, bob, { finalized: true }));
    const id = eventOf(events, 'reports', 'Reported').data.report.toString();
    const opinions = { Alice: 'aye', Charlie: 'aye', [CANDIDATE]: 'nay' };
    const cast = ([name, opinion]) =>
      this.again(async () => {
        const { code, stdout, stderr } = await trial.anchors[name].command('vote', id, opinion);
        if (code !== 0) throw new Error(stderr);
        return [name, `$ smartlayer-anchor vote ${id} ${opinion}`, stdout.trim()];
      });
    const votes = await Promise.all(Object.entries(opinions).map(cast));
    const ended = await chronicle.first('reports.VoteEnded', (data) => data.report.toString() === id);
    const slash = ended.data.slash.unwrap();
    await send(api, api.tx.stakingSlash.appeal(slash), harbour, { finalized: true });
    await this.decide(api.tx.stakingSlash.rule(slash, false), 'SlashReview');
    return { id, votes, ended, slash, bonds };
  }

  /** Returns the bonds of who is involved in the verdict, by name. */
  async bonds() {
    const bond = async (name) => {
      const ledger = (await this.api.query.stakingSlash.ledgers((await account(name)).address)).unwrap();
      return [name, ledger.active.toBigInt()];
    };
    return Object.fromEntries(await Promise.all(['Alice', 'Bob', 'Charlie', CANDIDATE, 'Harbour'].map(bond)));
  }

  async appeal({ id, votes, ended, slash, bonds }) {
    const { stage, teller } = this;
    const { chronicle } = stage;
    teller.chapter('A node is convicted, appeals, and wins');
    teller.say(
      `Bob accuses Harbour of having no data. Alice and Charlie believe him, ${CANDIDATE} does not. Three of four seats are
      enough for a verdict.`,
    );
    teller.show(...votes);
    const is = (data) => data.id.eq(slash);
    const reported = await chronicle.first('reports.Reported', (data) => data.report.toString() === id);
    const aside = await chronicle.first('stakingSlash.SlashSetAside', is);
    const appealed = await chronicle.first('stakingSlash.SlashAppealed', is);
    const cancelled = await chronicle.first('stakingSlash.SlashCancelled', is);
    const settled = await chronicle.first('reports.ConvictionSettled', (data) => data.report.toString() === id);
    const { ayes, nays } = ended.data;
    assert.deepEqual([ayes.toNumber(), nays.toNumber()], [3, 1]);
    assert.equal(aside.data.amount.toBigInt(), SLASH);
    assert.ok(settled.data.outcome.isCancelled, settled.data.outcome.toString());
    this.evidence(
      [reported, 'Bob accuses Harbour'],
      [ended, `convicted, ${ayes} to ${nays}`],
      [aside, `${sln(SLASH)} of Harbour's bond are set aside`],
      [appealed, 'Harbour appeals to the holders'],
      [cancelled, 'holders decide by referendum: nothing is taken'],
      [settled, 'the verdict is overturned'],
    );
    const judges = ['Alice', 'Bob', 'Charlie'];
    const fines = [];
    for (const name of judges) {
      const fine = await this.of('stakingSlash.SlashSetAside', 'offender', name);
      assert.equal(fine.data.amount.toBigInt(), (bonds[name] * WRONG_VERDICT) / 100n);
      fines.push([fine, `${sln(fine.data.amount)} of ${name}'s bond are set aside`]);
    }
    const after = await this.bonds();
    for (const name of [CANDIDATE, 'Harbour']) assert.equal(after[name], bonds[name], name);
    teller.say(
      `Now those who have judged wrongly are slashed, by ${WRONG_VERDICT} % of their bonds, which they can appeal as well. The bonds of
      ${CANDIDATE} and of Harbour are whole.`,
    );
    this.evidence(...fines);
    for (const name of judges) {
      const lost = chronicle.all(
        'sla.UpdateSLA',
        (data) => stage.nameOf(data.account) === name && data.totalScore.isZero(),
      );
      assert.ok(
        lost.some(({ height }) => height === settled.height),
        `${name} has kept its score`,
      );
    }
  }

  /** Returns the scores of everyone in a block, by name. */
  async scoresAt(height) {
    const { query } = await this.api.at(await this.api.rpc.chain.getBlockHash(height));
    const score = async ([name, role]) => {
      const { address } = await account(name);
      return [name, (await query.sla.scores(role, address)).toBigInt()];
    };
    const anchors = [...ANCHORS, CANDIDATE].map((name) => [name, 'Anchor']);
    return Object.fromEntries(
      await Promise.all([...anchors, ...SERVERS.map((name) => [name, 'ServiceNode'])].map(score)),
    );
  }

  /** Shows what has changed the score of each. */
  async scores() {
    const { teller, stage } = this;
    const { height } = stage.chronicle;
    teller.chapter('What is remembered: the scores');
    teller.say(
      `Whatever is done, or left undone, can change a score, and from scores follow rewards and how much a fault costs. An anchor earns a
      point for each snapshot that it writes in its turn, a service node for what its users confirm. Missed duty and wrong verdicts cost an
      anchor points, silence costs a service node all: no score is below zero.`,
    );
    const points = (amount) => `${Number(amount) / 1e9}`;
    const [before, now] = await Promise.all([this.scoresAt(1), this.scoresAt(height)]);
    const rows = [...ANCHORS, CANDIDATE, ...SERVERS].map((name) => {
      const changes = stage.chronicle
        .all('sla.UpdateSLA', ({ account }) => stage.nameOf(account) === name)
        .filter((change) => change.height <= height);
      const sum = (is) =>
        changes
          .map(({ data }) => data.delta.toBigInt())
          .filter(is)
          .reduce((sum, delta) => sum + delta, 0n);
      const [earned, lost] = [sum((delta) => delta > 0n), sum((delta) => delta < 0n)];
      assert.equal(now[name], before[name] + earned + lost, name);
      return { name, earned, lost };
    });
    const shown = rows.map(({ name, earned, lost }) => [name, ...[before[name], earned, lost, now[name]].map(points)]);
    teller.show(['', 'before', 'earned', 'lost', 'now'], ...shown);
    const of = (name) => rows.find((row) => row.name === name);
    const changed = SERVERS.map((name) => [of(name).earned, of(name).lost]);
    assert.deepEqual(changed, [
      [POINT, 0n],
      [POINT, -POINT],
      [POINT, 0n],
    ]);
    assert.ok(
      ANCHORS.some((name) => of(name).earned > 0n),
      'no anchor has earned anything',
    );
    const written = stage.chronicle.all('anchors.SnapshotWritten').length;
    teller.say(`${height} blocks, ${written} snapshots, ${teller.seconds} s: the end.`);
  }
}
