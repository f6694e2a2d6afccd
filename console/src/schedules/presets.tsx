import { useMutation, useQuery } from '@tanstack/react-query';
import type { Preset, Schedule } from '../../../src/web/schedule-shape.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { get, post } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { go, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';

const propose = ({ name, scheduleExpr, action }: Preset): Promise<Approval> => post('/api/schedules', { name, scheduleExpr, action });

const Line = ({ preset }: { preset: Preset }) => {
  const add = useMutation({
    mutationFn: () => propose(preset),
    onSuccess: ({ id }) => go(pathTo.approval(id)),
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">{preset.name}</p>
        <p className="text-muted text-sm">{preset.summary}</p>
      </div>
      <Button size="sm" busy={add.isPending} aria-label={`Propose: ${preset.name}`} onClick={() => add.mutate()}>
        Propose
      </Button>
    </li>
  );
};

/** The schedules that ship and are not there yet. */
export const Presets = ({ schedules }: { schedules: readonly Schedule[] }) => {
  const query = useQuery({
    queryKey: ['schedule-presets'],
    queryFn: () => get<{ items: Preset[] }>('/api/schedules/presets'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const names = new Set(schedules.map(({ name }) => name));
  const left = query.data?.items.filter(({ name }) => !names.has(name)) ?? [];
  if (left.length === 0) return null;
  return (
    <section className="mt-8" aria-labelledby="presets">
      <h2 id="presets" className="font-semibold">
        Ready-made
      </h2>
      <p className="mb-3 text-muted text-sm">
        They count and post in the team room; no model has a part in them. Each begins when its card is approved.
      </p>
      <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift">
        {left.map((preset) => (
          <Line key={preset.key} preset={preset} />
        ))}
      </ul>
    </section>
  );
};
