import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { useAccess } from '../account/access.ts';
import { isStandalone } from '../cases/standalone.tsx';
import { useCaseList } from '../cases/use-case-list.ts';
import { useConnection } from '../connection/connection.ts';
import { useLocalCase } from '../local-images/local-case.tsx';

type ServiceNear = 'answers' | 'unasked' | 'asking' | 'none';

/** Whether there is a service, as far as the page knows from having asked it for anything. */
function serviceNear(asked: UseQueryResult, address: { readonly isOwn: boolean }): ServiceNear {
  if (asked.data !== undefined) return 'answers';
  if (isStandalone(asked.error, address)) return 'none';
  return asked.isFetching ? 'asking' : 'unasked';
}

/** The other way: to the service. While local images are open, it is looked for only when the reader wants. */
export function UploadOffer() {
  const { address } = useConnection();
  const cases = useCaseList();
  const { prepareUpload } = useLocalCase();
  const { me, may } = useAccess();
  const service = serviceNear(cases, address);
  if (me !== null && !may.run) {
    return <p className="quiet">To upload to the service, sign in with an account that may.</p>;
  }
  switch (service) {
    case 'none':
      return null;
    case 'answers':
      return (
        <Button className="button" onPress={prepareUpload}>
          Upload to the service…
        </Button>
      );
    case 'unasked':
    case 'asking':
      return (
        <Button className="button" isDisabled={service === 'asking'} onPress={() => cases.refetch()}>
          {service === 'asking' ? 'Checking for a service…' : 'Check for a service'}
        </Button>
      );
  }
}
