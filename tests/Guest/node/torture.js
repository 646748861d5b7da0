// What Node.js asks of a system: the event loop's timers, files and pipes, the thread pool, workers, signals, V8's memory and the library on top.
'use strict';

const assert = require('assert');
const crypto = require('crypto');
const events = require('events');
const fs = require('fs');
const os = require('os');
const path = require('path');
const stream = require('stream');
const util = require('util');
const vm = require('vm');
const zlib = require('zlib');
const { Worker, isMainThread, parentPort, workerData, MessageChannel, receiveMessageOnPort } = require('worker_threads');
const { performance, monitorEventLoopDelay, PerformanceObserver } = require('perf_hooks');
const { setTimeout: sleep, setInterval: ticks } = require('timers/promises');

const parts = { timers, order, files, streams, pipes, workers, hashes, pool, compression, signals, wasm, memory, buffers, intl, library, machine };

function sha(data) {
  return crypto.createHash('sha256').update(data).digest('hex');
}

async function timers() {
  const start = performance.now();
  await sleep(10);
  console.log('slept', performance.now() - start >= 9.9);
  let count = 0;
  for await (const _ of ticks(1)) if (++count === 5) break;
  const due = [];
  await Promise.all([12, 4, 8].map((ms) => sleep(ms).then(() => due.push(ms))));
  console.log('due', due.sort((a, b) => a - b), count);
  const never = setTimeout(() => console.log('never'), 5);
  clearTimeout(never);
  await new Promise((done) => { let left = 1000; for (let i = 0; i < 1000; i++) setTimeout(() => --left || done(), i % 7); });
  const aborted = sleep(100000, null, { signal: AbortSignal.timeout(3) });
  console.log(await aborted.catch((e) => e.name));
}

async function order() {
  const seen = [];
  await new Promise((done) => {
    setImmediate(() => { seen.push('immediate'); done(); });
    process.nextTick(() => seen.push('tick'));
    Promise.resolve().then(() => seen.push('promise'));
    queueMicrotask(() => seen.push('microtask'));
    seen.push('now');
  });
  console.log(seen.join(' '));
  const emitter = new events.EventEmitter();
  setImmediate(() => emitter.emit('done', 1, 2));
  console.log(await events.once(emitter, 'done'));
}

async function files() {
  const root = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'mote-test-node-'));
  await fs.promises.mkdir(path.join(root, 'a/b/c'), { recursive: true });
  await Promise.all(Array.from({ length: 200 }, (_, i) => fs.promises.writeFile(path.join(root, 'a', `file${i}`), 'x'.repeat(i * 10))));
  const names = await fs.promises.readdir(path.join(root, 'a'));
  const sizes = await Promise.all(names.map(async (n) => (await fs.promises.stat(path.join(root, 'a', n))).isFile() ? (await fs.promises.readFile(path.join(root, 'a', n))).length : 0));
  console.log('files', names.length, sizes.reduce((a, b) => a + b));
  const file = path.join(root, 'data');
  const handle = await fs.promises.open(file, 'w+');
  await handle.write(Buffer.from('hello world'), 0, 11, 5);
  await handle.truncate(12);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(20), 0, 20, 0);
  console.log(bytesRead, JSON.stringify(buffer.toString('latin1', 0, bytesRead)));
  await handle.chmod(0o640);
  await handle.utimes(1600000000, 1600000001.5);
  await handle.sync();
  await handle.close();
  const facts = fs.statSync(file);
  console.log(facts.mode.toString(8), facts.size, facts.mtimeMs, facts.birthtimeMs > 0);
  fs.symlinkSync('data', path.join(root, 'link'));
  fs.linkSync(file, path.join(root, 'hard'));
  console.log(fs.readlinkSync(path.join(root, 'link')), fs.lstatSync(path.join(root, 'link')).isSymbolicLink(), fs.statSync(file).nlink, fs.realpathSync(path.join(root, 'link')) === fs.realpathSync(file));
  fs.copyFileSync(file, path.join(root, 'copy'), fs.constants.COPYFILE_EXCL);
  fs.renameSync(path.join(root, 'copy'), path.join(root, 'a', 'moved'));
  fs.appendFileSync(file, '!');
  for (const action of [() => fs.readFileSync(path.join(root, 'none')), () => fs.rmdirSync(root), () => fs.mkdirSync(root), () => fs.openSync(root, 'w'), () => fs.readdirSync(file)]) {
    try { action(); } catch (e) { console.log(e.code, e.syscall, e.errno); }
  }
  const folder = await fs.promises.opendir(root);
  const found = [];
  for await (const entry of folder) found.push(`${entry.name}:${entry.isDirectory()}`);
  console.log(found.sort().join(' '));
  console.log(fs.statfsSync ? fs.statfsSync(root).bsize > 0 : true, fs.existsSync(root), fs.accessSync(root, fs.constants.W_OK));
  await fs.promises.cp(path.join(root, 'a'), path.join(root, 'z'), { recursive: true });
  console.log('copied', fs.readdirSync(path.join(root, 'z')).length);
  await fs.promises.rm(root, { recursive: true });
  console.log('gone', !fs.existsSync(root));
}

async function streams() {
  const file = path.join(os.tmpdir(), 'mote-test-node-stream');
  const data = crypto.createHash('sha512').update('seed').digest();
  await stream.promises.pipeline(stream.Readable.from(Array.from({ length: 3000 }, () => data)), fs.createWriteStream(file));
  console.log('written', fs.statSync(file).size);
  const upper = new stream.Transform({ transform(chunk, _, done) { done(null, chunk.toString('hex').slice(0, 8)); } });
  let length = 0;
  await stream.promises.pipeline(fs.createReadStream(file, { highWaterMark: 1000, start: 10 }), upper, async function (source) { for await (const c of source) length += c.length; });
  console.log('transformed', length);
  await stream.promises.pipeline(fs.createReadStream(file), zlib.createGzip(), zlib.createGunzip(), crypto.createHash('sha256').setEncoding('hex'), async (source) => { for await (const d of source) console.log(d); });
  const lines = require('readline').createInterface({ input: stream.Readable.from(['one\ntw', 'o\nthree']) });
  const read = [];
  for await (const line of lines) read.push(line);
  console.log(read, await new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('web')); c.close(); } })).text());
  fs.unlinkSync(file);
}

async function pipes() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  console.log('stdin', JSON.stringify(text), process.stdin.isTTY);
  await new Promise((done) => process.stdout.write('written\n', done));
}

async function workers() {
  const results = await Promise.all(Array.from({ length: 4 }, (_, n) => new Promise((done, fail) => {
    const worker = new Worker(__filename, { workerData: { n } });
    worker.on('message', (v) => done(v));
    worker.on('error', fail);
  })));
  console.log('workers', results);
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const waiting = new Worker(`const { workerData: a } = require('worker_threads'); Atomics.wait(a, 0, 0); Atomics.add(a, 1, 41); Atomics.notify(a, 1);`, { eval: true, workerData: shared });
  await sleep(5);
  Atomics.store(shared, 0, 1);
  while (Atomics.notify(shared, 0) === 0 && shared[1] === 0) await sleep(1);
  console.log('exit', (await events.once(waiting, 'exit'))[0], shared[1]);
  console.log('timed', Atomics.wait(shared, 0, 1, 5));
  const failing = new Worker('throw new TypeError("in a worker")', { eval: true });
  console.log((await events.once(failing, 'error'))[0].message);
  const endless = new Worker('for (;;) {}', { eval: true });
  await events.once(endless, 'online');
  console.log('terminated', await endless.terminate());
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ map: new Map([[1, new Date(0)]]), big: 12n });
  console.log(receiveMessageOnPort(port2).message);
  port1.close();
}

function work(n) {
  let x = n;
  for (let i = 0; i < 2e6; i++) x = (x * 1103515245 + 12345) & 0x7fffffff;
  return x;
}

async function hashes() {
  const data = Buffer.alloc(300000, 'mote');
  for (const name of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'blake2b512']) console.log(name, crypto.createHash(name).update(data).digest('hex'));
  console.log(crypto.createHmac('sha256', 'key').update(data).digest('base64'));
  const cipher = crypto.createCipheriv('aes-256-gcm', data.subarray(0, 32), data.subarray(0, 12));
  const sealed = Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  console.log(sha(sealed));
  console.log(new Set(crypto.randomBytes(64)).size > 30, crypto.randomUUID().length, crypto.randomInt(5) < 5, crypto.timingSafeEqual(data.subarray(0, 4), data.subarray(4, 8)));
  const { subtle } = crypto.webcrypto;
  console.log(Buffer.from(await subtle.digest('SHA-256', data)).toString('hex'));
}

// Each of these runs on a thread of libuv's pool.
async function pool() {
  const scrypt = util.promisify(crypto.scrypt), pbkdf2 = util.promisify(crypto.pbkdf2), pair = util.promisify(crypto.generateKeyPair);
  const [a, b, c, d] = await Promise.all([scrypt('secret', 'salt', 32, { N: 1024 }), pbkdf2('secret', 'salt', 5000, 32, 'sha512'), util.promisify(crypto.randomBytes)(32), pair('rsa', { modulusLength: 1024 })]);
  console.log(a.toString('hex'), b.toString('hex'), c.length);
  const signature = crypto.sign('sha256', Buffer.from('text'), d.privateKey);
  console.log('rsa', crypto.verify('sha256', Buffer.from('text'), d.publicKey, signature));
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
  console.log('ed25519', crypto.verify(null, Buffer.from('text'), publicKey, crypto.sign(null, Buffer.from('text'), privateKey)));
  const one = crypto.createECDH('prime256v1'), two = crypto.createECDH('prime256v1');
  one.generateKeys();
  two.generateKeys();
  console.log('ecdh', one.computeSecret(two.getPublicKey()).equals(two.computeSecret(one.getPublicKey())));
}

async function compression() {
  const data = Buffer.from('some text that repeats itself '.repeat(5000));
  for (const [pack, unpack] of [['gzip', 'gunzip'], ['deflateRaw', 'inflateRaw'], ['brotliCompress', 'brotliDecompress']]) {
    const packed = await util.promisify(zlib[pack])(data);
    console.log(pack, packed.length < 2000, (await util.promisify(zlib[unpack])(packed)).equals(data));
  }
  console.log(await util.promisify(zlib.gunzip)(Buffer.from('not gzip')).catch((e) => e.code));
}

async function signals() {
  const alive = setInterval(() => { }, 1000);
  for (const name of ['SIGUSR2', 'SIGTERM', 'SIGHUP', 'SIGINT']) {
    const caught = events.once(process, name);
    process.kill(process.pid, name);
    console.log('caught', (await caught).join(' '));
  }
  clearInterval(alive);
  console.log(process.kill(process.pid, 0));
  try { process.kill(999999, 0); } catch (e) { console.log(e.code); }
}

async function wasm() {
  // (module (memory (export "m") 1 100) (func (export "sum") ...a loop that adds n..1) (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
  const bytes = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f,
    3, 3, 2, 0, 0,
    5, 4, 1, 1, 1, 100,
    7, 18, 3, 3, 0x73, 0x75, 0x6d, 0, 0, 4, 0x6c, 0x6f, 0x61, 0x64, 0, 1, 1, 0x6d, 2, 0,
    10, 35, 2,
    25, 1, 1, 0x7f, 0x03, 0x40, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b,
    7, 0, 0x20, 0, 0x28, 2, 0, 0x0b,
  ]);
  const { instance } = await WebAssembly.instantiate(bytes);
  console.log('sum', instance.exports.sum(100000));
  // V8 leaves out the bounds check: the access hits a guard region and the fault becomes a trap.
  for (const at of [0, 65532, 65533, 65536, -1, 0x7fffffff]) {
    try { console.log(at, instance.exports.load(at)); } catch (e) { console.log(at, e.name, e.message); }
  }
  console.log('grown', instance.exports.m.grow(50), instance.exports.load(65536), instance.exports.m.buffer.byteLength);
  for (let i = 0; i < 300; i++) try { instance.exports.load(-4); } catch { }
  console.log('many traps');
}

async function memory() {
  const usage = process.memoryUsage();
  console.log(Object.keys(usage).sort().join(' '), usage.rss > 10e6, usage.heapUsed > 1e6, process.memoryUsage.rss() > 10e6);
  let kept = [];
  for (let round = 0; round < 20; round++) {
    kept = [];
    for (let i = 0; i < 20000; i++) kept.push({ i, text: `value ${i}`, list: [i, i + 1] });
  }
  console.log('kept', kept.length, kept[777].text);
  const registry = new FinalizationRegistry(() => { });
  registry.register({}, 1);
  const weak = new WeakRef({ big: new Array(1000).fill(0) });
  console.log('weak', typeof weak.deref());
  const blocks = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1 << 18, i));
  console.log('blocks', blocks.reduce((sum, b) => sum + b[1000], 0));
  const deep = (n) => (n === 0 ? 0 : 1 + deep(n - 1));
  console.log('deep', deep(5000));
  try { (function endless() { endless(); })(); } catch (e) { console.log(e.name, e.message); }
  console.log('cpu', process.cpuUsage().user > 0, process.resourceUsage().maxRSS > 1000, require('v8').getHeapStatistics().heap_size_limit > 1e7);
}

async function buffers() {
  const b = Buffer.from('grüße €');
  console.log(b.toString('hex'), b.toString('base64url'), Buffer.from('ÿ', 'latin1'), Buffer.compare(Buffer.from('a'), Buffer.from('b')));
  const c = Buffer.alloc(16);
  c.writeDoubleBE(Math.PI, 0);
  c.writeBigInt64LE(-5n, 8);
  console.log(c.toString('hex'), c.readDoubleBE(0), c.readBigInt64LE(8), c.indexOf(0xff), new TextDecoder('utf-16le').decode(Buffer.from('hi', 'utf16le')));
  console.log(structuredClone({ a: new Uint8Array([1, 2]), s: new Set([1]) }), await new Blob(['one', 'two']).text());
}

async function intl() {
  console.log(new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(1234567.891));
  console.log(new Intl.DateTimeFormat('ja-JP', { dateStyle: 'full', timeZone: 'Asia/Tokyo' }).format(new Date(0)));
  console.log(['z', 'ä', 'a', 'Z'].sort(new Intl.Collator('de').compare).join(), 'İ'.toLocaleLowerCase('tr'), '\u0041\u030a'.normalize('NFC').length);
  console.log(new Date(1711846799000).toLocaleString('en-GB', { timeZone: 'Europe/Berlin' }), new Intl.PluralRules('pl').select(3), new Intl.ListFormat('fr').format(['a', 'b', 'c']));
}

async function library() {
  console.log(util.inspect({ a: [1, { b: new Map([['k', Symbol('s')]]) }], f() { }, g: class A { } }, { depth: 5 }));
  console.log(util.format('%s %d %j %o', 'x', 42, { y: 1 }, [1]), new URL('http://user@host:8080/p?q=1#h').searchParams.get('q'), path.relative('/a/b', '/a/c/d'));
  console.log(vm.runInNewContext('x + 1', { x: 41 }), JSON.stringify({ d: new Date(0), u: undefined, n: null, n2: -0 }), [3, 1, 2].toString(), 2n ** 100n);
  console.log(/(?<year>\d{4})-(?<month>\d\d)/u.exec('on 2024-02-29').groups.year, 'aXbX'.replaceAll('X', '-'), [..."a€😀"].length, Math.hypot(3, 4), (0.1 + 0.2).toFixed(20));
  try { vm.runInNewContext('for (;;) {}', {}, { timeout: 20 }); } catch (e) { console.log(e.code); }
  const { AsyncLocalStorage } = require('async_hooks');
  const store = new AsyncLocalStorage();
  console.log(await store.run(7, async () => { await sleep(1); return store.getStore(); }));
  console.log((await import('path')).sep, typeof require('module').builtinModules.length, await require('dns').promises.lookup('127.0.0.1'));
}

async function machine() {
  console.log(process.platform, process.arch, os.endianness(), os.EOL === '\n', os.cpus().length > 0, os.totalmem() > 50e6, os.freemem() > 0, os.loadavg().length, os.uptime() > 0);
  console.log(process.argv.length, path.basename(process.execPath), process.cwd() === fs.realpathSync('.'), process.pid > 0, process.ppid >= 0, process.umask().toString(8), process.getuid());
  console.log(os.userInfo().username, os.homedir(), os.hostname().length > 0, process.hrtime.bigint() > 0n, process.uptime() > 0, process.title.length > 0, process.env.HOME, process.env.MOTE_NOT_SET);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await sleep(5);
  delay.disable();
  console.log(delay.max >= 0, process.report ? typeof process.report.getReport().header.cwd : 'string', os.getPriority());
}

if (isMainThread) {
  (async () => {
    const wanted = process.argv[2];
    if (wanted === 'throw') throw new RangeError('the end');
    if (wanted === 'exit') { process.on('exit', (code) => console.log('exiting', code)); process.exitCode = 5; return; }
    if (wanted === 'abort') process.abort();
    if (wanted === 'heap') { const all = []; for (;;) all.push(new Array(100000).fill(all.length)); }
    if (wanted === 'watch') return watch();
    for (const name of wanted ? [wanted] : Object.keys(parts)) {
      console.log('--', name);
      await parts[name]();
    }
  })().catch((e) => { setImmediate(() => { throw e; }); });
} else {
  parentPort.postMessage(work(workerData.n));
}

async function watch() {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'mote-test-node-'));
  const watcher = fs.watch(root);
  for (const [action, name] of [[() => fs.writeFileSync(path.join(root, 'one'), ''), 'one'], [() => fs.renameSync(path.join(root, 'one'), path.join(root, 'two')), 'two']]) {
    const seen = new Promise((done) => watcher.on('change', (type, file) => file === name && done(`${type} ${file}`)));
    action();
    console.log(await seen);
  }
  watcher.close();
  fs.rmSync(root, { recursive: true });
}
