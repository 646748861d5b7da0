// Node's networking over loopback, as server and as client: net, dgram, http, https, http2, Unix sockets, fetch, dns; and every module of its own.
'use strict';
const net = require('net'), dgram = require('dgram'), http = require('http'), http2 = require('http2'), fs = require('fs'), dns = require('dns').promises, { once } = require('events');

async function tcp() {
  const server = net.createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sizes = await Promise.all([...Array(20).keys()].map(async i => {
    const socket = net.connect(server.address().port, '127.0.0.1');
    socket.end(Buffer.alloc(i * 10000, i));
    let size = 0;
    for await (const part of socket) size += part.every(byte => byte === i) ? part.length : NaN;
    return size;
  }));
  console.log('net', sizes.reduce((a, b) => a + b));
  server.close();
  const refused = net.connect(server.address()?.port ?? 1, '127.0.0.1');
  const [error] = await once(refused, 'error');
  console.log(error.code, error.syscall);
}

async function udp() {
  for (const [kind, address] of [['udp4', '127.0.0.1'], ['udp6', '::1']]) {
    const one = dgram.createSocket(kind).bind(0, address), two = dgram.createSocket(kind);
    await once(one, 'listening');
    one.once('message', (data, from) => one.send(data + ' pong', from.port, from.address));
    two.send('ping', one.address().port, address);
    console.log(kind, String((await once(two, 'message'))[0]));
    one.close(); two.close();
  }
}

async function web() {
  const server = http.createServer((request, response) => {
    let size = 0;
    request.on('data', part => size += part.length).on('end', () => response.end(`${request.method} ${request.url} ${size}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  console.log(await (await fetch(base + '/fetch')).text());
  console.log(await (await fetch(base + '/post', { method: 'POST', body: 'x'.repeat(100000) })).text());
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const answers = await Promise.all([...Array(40).keys()].map(i => new Promise((resolve, reject) => http.get(`${base}/${i}`, { agent }, response => {
    let text = '';
    response.on('data', part => text += part).on('end', () => resolve(text));
  }).on('error', reject))));
  console.log('http', answers.filter((answer, i) => answer === `GET /${i} 0`).length);
  agent.destroy();
  server.close();
}

async function two() {
  const server = http2.createServer((request, response) => response.end('two ' + request.url)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const texts = await Promise.all(['/a', '/b', '/c'].map(async path => {
    let text = '';
    for await (const part of client.request({ ':path': path }).setEncoding('utf8')) text += part;
    return text;
  }));
  console.log(texts.join(' '));
  client.close();
  server.close();
}

async function unix() {
  const path = '/tmp/mote-test-node-socket';
  fs.rmSync(path, { force: true });
  const server = net.createServer(socket => socket.end('unix')).listen(path);
  await once(server, 'listening');
  for await (const part of net.connect(path)) console.log(String(part));
  server.close();
}

function modules() {
  for (const name of require('module').builtinModules) {
    let what;
    try {
      const module = require(name);
      what = typeof module + ' ' + Object.keys(module).length;
    } catch (error) {
      what = error.message;
    }
    console.log(name, what);
  }
}

(async () => {
  if (process.argv[2] === 'modules') return modules();
  await tcp(); await udp(); await web(); await two(); await unix();
  console.log((await dns.lookup('localhost', { family: 4 })).address, (await dns.lookupService('127.0.0.1', 80)).service);
  console.log(Object.keys(require('os').networkInterfaces())[0]);
})();
