import type { Candidate } from '@atoll/intake/candidate';
import { type RowRole, roleOrder, rolesFor, rolesOf, roleTitles } from './roles.ts';
import { Thumbnail } from './thumbnail.tsx';
import type { LocalImages, Review } from './use-local-images.ts';

type Props = { readonly own: LocalImages; readonly review: Review; readonly busy: boolean };

/** Every image that was found, and its role. */
export function RoleTable({ own, review, busy }: Props) {
  const { gathered, roles, proposal } = review;
  const proposed = rolesOf(gathered.candidates, proposal.parts);
  // What plays a part comes first, in the order in which parts are named.
  const rank = ({ id }: Candidate) => roleOrder.indexOf(roles.get(id) ?? 'unused');
  const rows = gathered.candidates.toSorted((a, b) => rank(a) - rank(b));
  return (
    <ul className="own-images" aria-label="Images">
      {rows.map((candidate) => {
        const role = roles.get(candidate.id) ?? 'unused';
        return (
          <li key={candidate.id} data-role={role}>
            <Thumbnail candidate={candidate} volume={shownVolume(review, candidate)} />
            <div className="own-image-text">
              <strong title={candidate.name}>{candidate.name.split('/').at(-1)}</strong>
              <span className="quiet">{describe(candidate)}</span>
              <span className="quiet">{reasonFor(review, candidate, role)}</span>
            </div>
            <select
              className="role"
              aria-label={`Role of ${candidate.name}`}
              value={role}
              disabled={busy}
              onChange={({ target }) => {
                const next = rolesFor(candidate, proposed.get(candidate.id) ?? role).find(
                  (each) => each === target.value,
                );
                if (next !== undefined) own.setRole(candidate.id, next);
              }}
            >
              {rolesFor(candidate, proposed.get(candidate.id) ?? role).map((each) => (
                <option key={each} value={each}>
                  {roleTitles[each]}
                </option>
              ))}
            </select>
          </li>
        );
      })}
    </ul>
  );
}

function describe({ source, grid, volumes, bValues, paths }: Candidate): string {
  const kind = { nifti: 'NIfTI', metaimage: 'MetaImage', dicom: `DICOM, ${paths.length} files` }[source];
  const size = grid.shape.join(' × ');
  const parts = [kind, volumes > 1 ? `${size}, ${volumes} volumes` : size];
  if (bValues !== null) parts.push(bValueText(bValues));
  return parts.join(' · ');
}

/** Such as "b 0, 12 × b 1000". */
function bValueText(bValues: readonly number[]): string {
  const counts = new Map<number, number>();
  // Scanners write 0.06 for 0, and 998 and 1002 for one shell.
  for (const b of bValues) counts.set(rounded(b), (counts.get(rounded(b)) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([b, count]) => `${count > 1 ? `${count} × ` : ''}b ${b}`)
    .join(', ');
}

const rounded = (b: number) => 5 * Math.round(b / 5);

/** Why the image has its role; readers who decide otherwise know why. */
function reasonFor({ proposal }: Review, { id }: Candidate, role: RowRole): string {
  const reasons = proposal.findings
    .filter(({ pick, role: found }) => pick.candidateId === id && role.split('+').includes(found))
    .map(({ reason, confidence }) => (confidence === 'low' ? `${reason} (uncertain)` : reason));
  if (reasons.length > 0) return [...new Set(reasons)].join(' ');
  if (role === 'unused') return proposal.unused.find(({ candidateId }) => candidateId === id)?.reason ?? '';
  return 'Selected by you.';
}

/** Of a series the volume that plays the first part, such as the first direction of the DWI. */
function shownVolume({ proposal }: Review, { id }: Candidate): number {
  return proposal.findings.find(({ pick }) => pick.candidateId === id)?.pick.volumes[0] ?? 0;
}
