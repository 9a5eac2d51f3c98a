const keys = [
  ['J K', 'next, previous case'],
  ['Y', 'accept the mask'],
  ['Q', 'reject it'],
  ['G', 'correct it here: brush, regions, lesions'],
  ['U', 'correct it by a mask that was edited elsewhere'],
  ['W', 'write a note (Enter keeps it)'],
] as const;

/** The keys of a review, at the foot of its column. */
export function ReviewKeys() {
  return (
    <dl className="review-keys">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd className="quiet">{what}</dd>
        </div>
      ))}
    </dl>
  );
}
