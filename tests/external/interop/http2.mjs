// Requests of HTTP/2 by Node.js, all of them on one connection. Argument: the URL of the server. Standard input has a line of JSON for each
// request, an array of the path and of an object with header fields; standard output one with the status, the challenges and the body.
import http2 from 'node:http2';

const session = http2.connect(process.argv[2]);

function send([path, fields]) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ...fields });
    let [head, body] = [{}, ''];
    stream.setEncoding('utf8');
    stream.on('response', (received) => { head = received; });
    stream.on('data', (text) => { body += text; });
    stream.on('error', reject);
    stream.on('end', () => resolve([head[':status'], head['www-authenticate'] ?? '', body]));
    stream.end();
  });
}

let text = '';
for await (const piece of process.stdin) text += piece;
const requests = text.trim().split('\n').map((line) => JSON.parse(line));
const responses = await Promise.all(requests.map(send));
console.log(responses.map((response) => JSON.stringify(response)).join('\n'));
session.close();
