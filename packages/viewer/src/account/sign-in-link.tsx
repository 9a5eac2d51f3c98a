import { useConnection } from '../connection/connection.ts';

/** @param isBeside in a tab of its own, so that what is under way here goes on. */
export function SignInLink({ isBeside = false }: { readonly isBeside?: boolean }) {
  const { address } = useConnection();
  const to = isBeside ? 'beside' : window.location.search;
  const place = to === '' ? '' : `?to=${encodeURIComponent(to)}`;
  return (
    <a
      className="button primary"
      href={`${address.url}/sign-in${place}`}
      {...(isBeside ? { target: '_blank', rel: 'noopener' } : {})}
    >
      Sign in
    </a>
  );
}
