import { useQuery } from '@tanstack/react-query';
import { groupsQuery } from '../policies/queries.ts';

/** The groups that rules may ask for approvals. Who is of them changes by cards: “put Ana in finance”. */
export const Groups = () => {
  const groups = useQuery(groupsQuery).data?.items ?? [];
  if (groups.length === 0) return null;
  return (
    <section className="mb-8" aria-label="Groups">
      <h2 className="mb-2 font-semibold">Groups</h2>
      <ul className="divide-y overflow-hidden rounded-xl border bg-panel shadow-lift">
        {groups.map(({ key, people }) => (
          <li key={key} className="px-4 py-3">
            <p className="told font-medium">{key}</p>
            <p className="told text-muted text-sm">
              {people.length === 0 ? 'Nobody: what asks for it cannot be approved' : people.map(({ name }) => name).join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
};
