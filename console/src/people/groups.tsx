import { useQuery } from '@tanstack/react-query';
import type { GroupInfo } from '../../../src/web/policy-schemas.ts';
import { groupsQuery } from '../policies/queries.ts';
import { platformName } from '../ui/platform-name.ts';

const whoIsOf = ({ people, tie }: GroupInfo): string => {
  if (tie) return `Whoever is in ${tie.name} of ${platformName(tie.platform)} (${tie.id}) when they decide`;
  return people.length === 0 ? 'Nobody: what asks for it cannot be approved' : people.map(({ name }) => name).join(', ');
};

/** The groups that rules may ask for approvals. Who is of them changes by cards: “put Ana in finance”, “tie the group finance to @finance”. */
export const Groups = () => {
  const groups = useQuery(groupsQuery).data?.items ?? [];
  if (groups.length === 0) return null;
  return (
    <section className="mb-8" aria-label="Groups">
      <h2 className="mb-2 font-semibold">Groups</h2>
      <ul className="divide-y overflow-hidden rounded-xl border bg-panel shadow-lift">
        {groups.map((group) => (
          <li key={group.key} className="px-4 py-3">
            <p className="told font-medium">{group.key}</p>
            <p className="told text-muted text-sm">{whoIsOf(group)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
};
