// Runs the template's two CloudFront functions over the requests on standard input; prints what they return.
'use strict';
const fs = require('fs');
const vm = require('vm');

const { functions, events } = JSON.parse(fs.readFileSync(0, 'utf8'));
const handlers = {};
for (const name in functions) {
  // What cloudfront-js-2.0 offers beyond the language is not used, so none of node's own objects is offered either.
  handlers[name] = vm.runInNewContext(functions[name] + '\n;handler', {});
}
console.log(JSON.stringify(events.map(({ of, event }) => handlers[of](event))));
