import { type AtollError, asAtollError } from '@atoll/errors/error';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { KeptModel, ModelSource, StagedModel } from './kept-model.ts';
import { loadModelParts } from './load-model-parts.ts';
import { type Models, ModelsContext, type Offer } from './models-context.ts';

type Kept = Pick<Models, 'list' | 'broken' | 'error'>;

/** Keeps what the page knows of the models in this browser. */
export function ModelsProvider({ children }: { readonly children: ReactNode }) {
  const [kept, setKept] = useState<Kept>({ list: null, broken: [], error: null });
  const [runtime, setRuntime] = useState<Models['runtime']>('unasked');
  const [offer, setOffer] = useState<Offer | null>(null);

  const read = useCallback(async (): Promise<readonly KeptModel[]> => {
    try {
      const { BrowserShelf } = await loadModelParts();
      const { models, broken } = await (await BrowserShelf.open()).list();
      setKept({ list: models, broken, error: null });
      return models;
    } catch (thrown) {
      setKept({ list: [], broken: [], error: asAtollError(thrown) });
      return [];
    }
  }, []);

  const prepare = useCallback(async () => {
    setRuntime((before) => (before === 'ready' ? before : 'loading'));
    try {
      const { hostHasRuntime, prepareRuntime } = await loadModelParts();
      if (!(await hostHasRuntime())) return setRuntime('missing');
      await prepareRuntime();
      setRuntime('ready');
    } catch {
      setRuntime('failed');
    }
  }, []);

  const look = useCallback(
    async (isSilent: boolean) => {
      // Whoever has models here will want to run them, and then nobody is asked any more.
      if ((await read()).length > 0 && !isSilent) await prepare();
    },
    [read, prepare],
  );

  const add = useCallback(
    async (source: ModelSource) => {
      const refused = (error: AtollError) => setOffer({ status: 'refused', name: source.name, error });
      setOffer({ status: 'checking', name: source.name });
      try {
        const { BrowserShelf } = await loadModelParts();
        const staged = await (await BrowserShelf.open()).stage(source);
        const replaced = (await read()).find(({ model }) => model.id === staged.model.id) ?? null;
        setOffer({ status: 'asking', staged, replaced });
      } catch (thrown) {
        refused(asAtollError(thrown));
      }
    },
    [read],
  );

  const onShelf = useCallback(
    async (name: string, act: (shelf: ShelfOfParts) => Promise<unknown>) => {
      try {
        const { BrowserShelf } = await loadModelParts();
        await act(await BrowserShelf.open());
        setOffer(null);
      } catch (thrown) {
        setOffer({ status: 'refused', name, error: asAtollError(thrown) });
      }
      await read();
    },
    [read],
  );

  const models = useMemo((): Models => {
    const staged: StagedModel | null = offer?.status === 'asking' ? offer.staged : null;
    return {
      ...kept,
      runtime,
      offer,
      look,
      prepare,
      add,
      accept: () => {
        if (staged !== null) onShelf(staged.model.title, (shelf) => shelf.keep(staged));
      },
      decline: () => {
        if (staged === null) setOffer(null);
        else onShelf(staged.model.title, (shelf) => shelf.remove(staged.key));
      },
      remove: (key) => onShelf('', (shelf) => shelf.remove(key)),
    };
  }, [kept, runtime, offer, look, prepare, add, onShelf]);
  return <ModelsContext value={models}>{children}</ModelsContext>;
}

type ShelfOfParts = Awaited<ReturnType<Awaited<ReturnType<typeof loadModelParts>>['BrowserShelf']['open']>>;
