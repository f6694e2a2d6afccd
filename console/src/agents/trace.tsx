import type { AgentStep } from '../../../src/web/agent-run-schemas.ts';
import { Link, pathTo } from '../router.tsx';
import { compact, dollars, duration } from '../ui/amount.ts';
import { cn } from '../ui/cn.ts';
import { Clock } from '../ui/moment.tsx';
import { STEP } from './run-state.ts';

const spentOf = ({ inputTokens, outputTokens, costUsd, durationMs }: AgentStep): string =>
  [
    ...(inputTokens + outputTokens > 0 ? [`${compact(inputTokens)} in, ${compact(outputTokens)} out`] : []),
    ...(costUsd > 0 ? [dollars(costUsd)] : []),
    ...(durationMs > 0 ? [duration(durationMs)] : []),
  ].join(' · ');

/** Longer than this it is folded at first. */
const SHORT = 280;

const Head = ({ step }: { step: AgentStep }) => (
  <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
    <span className="font-medium text-sm">{STEP[step.kind].label}</span>
    {step.tool ? <code className="told text-xs">{step.tool}</code> : null}
    <span className="text-muted text-xs tabular-nums">
      <Clock at={step.at} />
      {spentOf(step) === '' ? null : ` · ${spentOf(step)}`}
    </span>
  </span>
);

/** What was said, as it was said; answers of tools in the type of code. */
const Words = ({ step }: { step: AgentStep }) => (
  <p
    className={cn(
      'told whitespace-pre-wrap text-sm',
      step.kind === 'read' && 'rounded-lg border bg-sunken px-3 py-2 font-mono text-xs leading-relaxed',
      step.kind === 'thought' && 'text-muted',
      step.kind === 'problem' && 'text-bad',
    )}
  >
    {step.text}
  </p>
);

const Card = ({ step }: { step: AgentStep }) =>
  step.proposalId ? (
    <Link
      href={pathTo.approval(step.proposalId)}
      className="thumb inline-flex items-center justify-self-start text-accent text-sm underline underline-offset-3"
    >
      Its card{step.cardState ? ` (${step.cardState})` : ''}
    </Link>
  ) : null;

const Step = ({ step }: { step: AgentStep }) => {
  const long = step.text.length > SHORT || step.kind === 'read';
  return (
    <li className="relative grid gap-1.5">
      <span aria-hidden="true" className={cn('absolute top-1.5 -left-[1.6rem] size-2.5 rounded-full border-2', STEP[step.kind].mark)} />
      {long && step.text !== '' ? (
        <details>
          <summary className="thumb flex items-center rounded">
            <Head step={step} />
            <span className="ml-2 text-accent text-xs">{step.kind === 'read' ? 'Show the answer' : 'Show all'}</span>
          </summary>
          <div className="pt-1.5">
            <Words step={step} />
          </div>
        </details>
      ) : (
        <>
          <Head step={step} />
          {step.text === '' ? null : <Words step={step} />}
        </>
      )}
      <Card step={step} />
    </li>
  );
};

/** The reasoning of a run, step by step: what it thought, looked up, proposed, and what became of that. */
export const Trace = ({ steps }: { steps: readonly AgentStep[] }) => (
  <ol className="grid gap-4 border-l pl-5">
    {steps.map((step) => (
      <Step key={step.seq} step={step} />
    ))}
  </ol>
);
