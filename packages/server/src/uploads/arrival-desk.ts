import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { StudyDesk } from '@atoll/archive/study-desk';
import type { ReceivedRequest } from '@atoll/archive/study-reception';
import { dicomBoundary } from '@atoll/dicom/web/multipart';
import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import { strayMs, uploadFolders } from '@atoll/instance/uploaded-cases';
import { Places } from './places.ts';
import { Room } from './room.ts';
import { Scratch, type ScratchFolder } from './scratch.ts';
import type { Sender } from './upload-desk.ts';

/** Requests to store that are read at the same time, in all and of one client: an archive sends a few at once. */
const maxAtOnce = 16;
const maxAtOncePerClient = 8;

/** The door for examinations: how many may come at once, and whether there is room for them. */
export class ArrivalDesk {
  readonly #studies: Promise<StudyDesk>;
  readonly #scratch: Scratch;
  readonly #room: Room;
  readonly #isShared: boolean;
  readonly #places = new Places({
    all: maxAtOnce,
    allTaken: () => new AtollError('UPLOADS_BUSY'),
    perClient: maxAtOncePerClient,
    ownTaken: () => new AtollError('TOO_MANY_UPLOADS'),
  });

  /** @param room of the disk, shared with all else that is on its way to it. */
  constructor(settings: Settings, studies: Promise<StudyDesk>, room: Room | null) {
    this.#studies = studies;
    this.#scratch = new Scratch(uploadFolders(settings.dataDir).arriving);
    this.#room = room ?? new Room(settings.dataDir, settings.minFreeDiskMegabytes * 2 ** 20, async () => 0);
    this.#isShared = settings.databaseUrl !== null;
  }

  /** Clears away what a killed process left. */
  async start(): Promise<void> {
    await this.#scratch.sweep(this.#isShared ? strayMs : 0);
  }

  /**
   * @param studyUid of the address; null where files of any study may come.
   * @throws AtollError CONTENT_TYPE_UNSUPPORTED, UPLOADS_BUSY, TOO_MANY_UPLOADS, DISK_FULL, UPLOAD_TOO_LARGE,
   *   UPLOAD_TOO_MANY_FILES, REQUEST_MALFORMED
   */
  async receive(
    { client, owner }: Sender,
    headers: IncomingHttpHeaders,
    body: Readable,
    studyUid: string | null,
  ): Promise<ReceivedRequest> {
    const boundary = dicomBoundary(headers['content-type'] ?? '');
    if (boundary === null) {
      throw new AtollError(
        'CONTENT_TYPE_UNSUPPORTED',
        'The body must be multipart/related; type="application/dicom", with a boundary.',
      );
    }
    const studies = await this.#studies;
    const leave = this.#places.take(client);
    try {
      await using scratch: ScratchFolder = await this.#scratch.open();
      const reservation = await this.#room.reserve(Number(headers['content-length'] ?? 0));
      try {
        return await studies.receive({
          // A stream that was given up would close the connection before the answer is out.
          body: body.iterator({ destroyOnReturn: false }),
          boundary,
          studyUid,
          owner,
          folder: scratch.path,
          came: reservation.came,
        });
      } finally {
        reservation.release();
      }
    } finally {
      leave();
    }
  }
}
