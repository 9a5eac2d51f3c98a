import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { enterToken } from '../connection/token-fetch.ts';
import { Failure } from '../ui/failure.tsx';
import { useAccess } from './access.ts';

/** How one signs in on a page of another address than the service's, where no cookie goes. */
export function TokenForm() {
  const { address } = useConnection();
  const { error } = useAccess();
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  return (
    <Form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        enterToken(address.url, token.trim());
        setToken('');
        void queries.resetQueries();
      }}
    >
      <TextField
        className="field"
        value={token}
        onChange={setToken}
        type="password"
        autoComplete="off"
        isRequired
      >
        <Label>Token</Label>
        <Input />
      </TextField>
      <p className="quiet">
        An administrator makes one with <code>atoll token add</code>. It is kept until this tab is closed, and
        sent to {new URL(address.url, document.baseURI).host} alone.
      </p>
      <Button type="submit" className="button primary" isDisabled={token.trim() === ''}>
        Sign in
      </Button>
      {error !== null && <Failure error={error} />}
    </Form>
  );
}
