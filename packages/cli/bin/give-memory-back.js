// A service that has done a large job is to give its memory back. glibc gives large arrays pages of their own, which go
// back as soon as they are freed, but only until the first is: then it takes them for usual, and keeps them for later,
// 150 MB after a few jobs. Saying aloud the size from which it does so, its own default, keeps it from learning. It is
// read at the start of a process alone, so that a service replaces itself once: the same process, 40 ms later.
const name = 'MALLOC_MMAP_THRESHOLD_';
const isService = ['serve', 'worker'].includes(process.argv[2]);
if (isService && process.platform === 'linux' && process.env[name] === undefined && process.execve) {
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...process.env, [name]: '131072' });
}
