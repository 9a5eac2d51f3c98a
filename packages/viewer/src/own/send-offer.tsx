import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { isStandalone } from './standalone.tsx';

type ServiceNear = 'answers' | 'unasked' | 'asking' | 'none';

/** Whether there is a service, as far as the page knows from having asked it for anything. */
export function serviceNear(asked: UseQueryResult, address: { readonly isOwn: boolean }): ServiceNear {
  if (asked.data !== undefined) return 'answers';
  if (isStandalone(asked.error, address)) return 'none';
  return asked.isFetching ? 'asking' : 'unasked';
}

type Props = {
  readonly service: ServiceNear;
  readonly onLook: () => void;
  readonly onSend: () => void;
};

/** The other way: to the service. While own images are here, the service is asked for only when the reader wants. */
export function SendOffer({ service, onLook, onSend }: Props) {
  switch (service) {
    case 'none':
      return null;
    case 'answers':
      return (
        <Button className="button" onPress={onSend}>
          Send to the service…
        </Button>
      );
    case 'unasked':
    case 'asking':
      return (
        <Button className="button" isDisabled={service === 'asking'} onPress={onLook}>
          {service === 'asking' ? 'Looking for the service…' : 'Look for a service'}
        </Button>
      );
  }
}
