/** Holds the lock of a folder until it is killed. */
import { lockFolder } from '@atoll/locks/folder-lock';

await lockFolder(process.argv[2]);
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
