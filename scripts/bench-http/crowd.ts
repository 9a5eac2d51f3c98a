/**
 * A crowd of clients on one service, as a process of its own. Arguments: `streams` or `pollers`, how many, host, port,
 * seconds, paths separated by commas. Prints one JSON object when its time is over.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [kind, countText, host, portText, secondsText, pathText] = process.argv.slice(2);
const count = Number(countText);
const port = Number(portText);
const paths = pathText.split(',');
const pollEveryMs = 2000;
/** New connections in each hundredth of a second. */
const connectsAtOnce = 20;

let resets = 0;
let open = 0;
let ending = false;
const statuses = new Map<string, number>();
const latencies: number[] = [];

function request(path: string, etag: string | null): string {
  const condition = etag === null ? '' : `If-None-Match: ${etag}\r\n`;
  return `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${condition}\r\n`;
}

function begin(path: string): void {
  const socket = connect({ host, port });
  socket.setNoDelay(true);
  socket.on('connect', () => open++);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    open--;
    if (!ending) resets++;
  });
  if (kind === 'streams') {
    socket.on('connect', () => socket.write(request(`${path}/events`, null)));
    socket.once('data', (data: Buffer) => note(data.toString('latin1', 9, 12)));
    socket.on('data', () => undefined);
  } else {
    poll(socket, path);
  }
}

function note(status: string): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
}

function poll(socket: Socket, path: string): void {
  let etag: string | null = null;
  let sentAt = 0;
  let text = '';
  const ask = () => {
    sentAt = performance.now();
    socket.write(request(path, etag));
  };
  socket.on('connect', () => setTimeout(ask, Math.random() * pollEveryMs));
  socket.on('data', (data: Buffer) => {
    text += data.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
    const status = text.slice(9, 12);
    if (status !== '304' && text.length < end + 4 + length) return;
    etag = /^etag: (.*)$/im.exec(text.slice(0, end))?.[1].trim() ?? etag;
    text = '';
    note(status);
    const took = performance.now() - sentAt;
    latencies.push(took);
    if (!ending) setTimeout(ask, Math.max(0, pollEveryMs - took));
  });
}

for (let at = 0; at < count; at++) {
  begin(paths[at % paths.length]);
  if (at % connectsAtOnce === connectsAtOnce - 1) await sleep(10);
}
// What was measured while they came is no measure of a crowd that is there.
latencies.length = 0;
await sleep(Number(secondsText) * 1000);
ending = true;
latencies.sort((a, b) => a - b);
const percentile = (part: number) => latencies[Math.floor(latencies.length * part)] ?? null;
const figures = { open, resets, statuses: Object.fromEntries(statuses), asked: latencies.length };
process.stdout.write(JSON.stringify({ ...figures, p50: percentile(0.5), p99: percentile(0.99) }), () =>
  process.exit(0),
);
