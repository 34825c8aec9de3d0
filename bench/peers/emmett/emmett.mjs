// Emmett beside the journal: `node emmett.mjs append|rebuild DSN COUNT CLIENTS BATCH` prints one line of JSON.
import { getPostgreSQLEventStore, rebuildPostgreSQLProjections } from '@event-driven-io/emmett-postgresql';
import { pongoMultiStreamProjection } from '@event-driven-io/emmett-postgresql';

const [mode, dsn, ...numbers] = process.argv.slice(2);
const [count, clients, batch] = numbers.map(Number);
const store = getPostgreSQLEventStore(dsn);
const run = process.pid;

const event = (n) => ({
  type: 'DayRecorded',
  data: {
    subject: `person-${Math.floor(n / 12)}`,
    day: `2026-02-${String((n % 12) + 1).padStart(2, '0')}`,
    status: 'present',
    minutes_scheduled: 300,
    minutes_present: 300,
  },
});

const append = async (from, to, label) => {
  const jobs = Array.from({ length: clients }, async (_, client) => {
    for (let at = from + client * batch; at < to; at += clients * batch) {
      const events = Array.from({ length: Math.min(batch, to - at) }, (_, n) => event(at + n));
      // Streams of its own for each client: two appends to one stream at once refuse each other.
      await store.appendToStream(`${label}-${client}-${Math.floor(at / (12 * clients * batch))}`, events);
    }
  });
  await Promise.all(jobs);
};

const days = pongoMultiStreamProjection({
  collectionName: 'days',
  canHandle: ['DayRecorded'],
  getDocumentId: ({ data }) => `${data.subject}-${data.day}`,
  evolve: (_document, { data }) => ({ subject: data.subject, day: data.day, status: data.status }),
});

const rebuild = async () => {
  const consumer = rebuildPostgreSQLProjections({ connectionString: dsn, projection: days, pulling: { batchSize: 500 } });
  await consumer.start();
  await consumer.close();
};

await store.schema.migrate();
// What is rebuilt, or only the first of everything.
await append(0, mode === 'append' ? Math.min(count, 2 * clients * batch) : count, `warm-${run}`);
const begun = performance.now();
await (mode === 'append' ? append(0, count, `run-${run}`) : rebuild());
const seconds = (performance.now() - begun) / 1000;
await store.close();
console.log(JSON.stringify({ seconds }));
process.exit(0);
