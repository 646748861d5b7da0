#!/usr/bin/env node
// A package's command: its own modules of both kinds, one from node_modules, one loaded late, and its package.json.
const { greet } = require('../lib/greet');
const shout = require('shout');
const { name, version } = require('../package.json');

console.log(name, version, shout(greet(process.argv[2])));
import('../lib/farewell.mjs').then((module) => {
  console.log(module.default);
  process.exitCode = 4;
});
