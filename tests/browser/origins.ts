import { startAtoll } from './atoll.ts';
import { freePort, SleepyHost, type StaticHost, startStaticHost } from './hosts.ts';

/** The page from a host of files on one origin, the service behind a host that lets it sleep on another. */
export type TwoOrigins = {
  readonly service: Awaited<ReturnType<typeof startAtoll>>;
  readonly host: SleepyHost;
  readonly page: StaticHost;
  /** Service and host; the page is closed by itself, for its host may be another by then. */
  closeService(): Promise<void>;
};

/** 127.0.0.1 and localhost are two origins. */
export async function startTwoOrigins(): Promise<TwoOrigins> {
  const [backendPort, hostPort] = [await freePort(), await freePort()];
  const host = new SleepyHost(`http://127.0.0.1:${backendPort}`, hostPort);
  const page = await startStaticHost(host.url);
  const service = await startAtoll({
    ATOLL_PORT: String(backendPort),
    ATOLL_ORIGINS: page.origin,
    ATOLL_PUBLIC_URL: host.url,
    ATOLL_RATE_LIMIT_PER_MINUTE: '0',
  });
  return {
    service,
    host,
    page,
    closeService: async () => {
      await host.close();
      await service.stop();
      service.remove();
    },
  };
}
