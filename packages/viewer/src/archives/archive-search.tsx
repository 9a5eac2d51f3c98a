import { createArchiveClient } from '@atoll/contract/archive-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  Form,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  Radio,
  RadioGroup,
  TextField,
} from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { serviceFetch } from '../connection/token-fetch.ts';
import { Failure } from '../ui/failure.tsx';
import { usePlace } from '../viewing/place.ts';
import { useViewing } from '../viewing/viewing.tsx';
import { noFields, type SearchFields, toStudySearch } from './study-query.ts';
import { StudyTable } from './study-table.tsx';
import './archive-search.css';
import '../ui/modal.css';

const fields = [
  { id: 'patientId', label: 'Patient ID', type: 'text' },
  { id: 'accessionNumber', label: 'Accession number', type: 'text' },
  { id: 'from', label: 'Study date from', type: 'date' },
  { id: 'to', label: 'to', type: 'date' },
] as const;

/** Searches an image archive, and makes a case of a study. What was found is gone when the dialog closes. */
export default function ArchiveSearch() {
  return (
    <DialogTrigger>
      <Button className="button wide">Search the image archive…</Button>
      <ModalOverlay className="modal-ground" isDismissable>
        <Modal className="modal archive-modal">
          <Dialog className="dialog">{({ close }) => <Search onDone={close} />}</Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function Search({ onDone }: { readonly onDone: () => void }) {
  const { address } = useConnection();
  const client = useMemo(
    () => createArchiveClient(address.url, (url, init) => serviceFetch(String(url), init)),
    [address.url],
  );
  const [, go] = usePlace();
  const { showTab } = useViewing();
  const [wanted, setWanted] = useState<SearchFields>(noFields);
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useRef(new AbortController());
  const archives = useQuery({
    queryKey: ['archives'],
    queryFn: ({ signal }) => client.listArchives(signal),
  });
  const names = archives.data?.archives.map(({ name }) => name) ?? [];
  const archive = chosen ?? names[0] ?? '';
  const search = useMutation({
    mutationFn: (query: NonNullable<ReturnType<typeof toStudySearch>>) => {
      asked.current.abort();
      asked.current = new AbortController();
      return client.search(archive, query, asked.current.signal);
    },
  });
  const fetching = useMutation({
    mutationFn: (studyUid: string) => {
      asked.current = new AbortController();
      return client.fetchStudy(archive, studyUid, asked.current.signal);
    },
    onSuccess: ({ caseId }) => {
      go({ caseId, jobId: null });
      showTab('images');
      onDone();
    },
  });
  // Whoever closes it has given up, also what is on its way.
  useEffect(() => () => asked.current.abort(), []);
  const choose = (name: string) => {
    asked.current.abort();
    search.reset();
    fetching.reset();
    setChosen(name);
  };
  const query = toStudySearch(wanted);
  const isCancelled = asked.current.signal.aborted;

  if (archives.error !== null) return <Failure error={archives.error} onRetry={() => archives.refetch()} />;
  return (
    <>
      <Heading slot="title">Search the image archive</Heading>
      {names.length > 1 && (
        <RadioGroup className="choices inline" orientation="horizontal" value={archive} onChange={choose}>
          <Label>Archive</Label>
          {names.map((name) => (
            <Radio key={name} value={name} className="choice">
              {name}
            </Radio>
          ))}
        </RadioGroup>
      )}
      <Form
        className="archive-form"
        onSubmit={(event) => {
          event.preventDefault();
          fetching.reset();
          if (query !== null) search.mutate(query);
        }}
      >
        {fields.map(({ id, label, type }) => (
          <TextField
            key={id}
            className="field"
            type={type}
            maxLength={64}
            autoComplete="off"
            value={wanted[id]}
            onChange={(text) => setWanted({ ...wanted, [id]: text })}
          >
            <Label>{label}</Label>
            <Input />
          </TextField>
        ))}
        <Button
          type="submit"
          className="button primary"
          isDisabled={query === null || archive === '' || search.isPending || fetching.isPending}
        >
          {search.isPending ? 'Searching…' : 'Search'}
        </Button>
      </Form>
      <p className="quiet">
        MR studies. * in the patient ID stands for any text. Searches and fetches are recorded where people
        sign in.
      </p>
      {search.error !== null && <Failure error={search.error} />}
      {search.data !== undefined && (
        <StudyTable
          studies={search.data.studies}
          fetching={fetching.isPending ? fetching.variables : null}
          onFetch={(studyUid) => fetching.mutate(studyUid)}
          onCancel={() => asked.current.abort()}
        />
      )}
      {fetching.error !== null && !isCancelled && <Failure error={fetching.error} />}
      <Button className="button archive-close" onPress={onDone} isDisabled={fetching.isPending}>
        Close
      </Button>
    </>
  );
}
