// Serves the files of the folder that its first argument names, by node:http.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

http.createServer((request, response) => {
    const file = fs.createReadStream(path.join(process.argv[2], path.normalize(request.url)));
    file.on('error', () => {
        response.statusCode = 404;
        response.end();
    });
    file.pipe(response);
}).listen(8080);
