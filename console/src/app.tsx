import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { queryClient } from './api/client.ts';
import { codeOf, sentenceOf } from './api/problem.ts';
import { meQuery } from './api/queries.ts';
import { useTitle } from './notifications/title.ts';
import { Room } from './room/room.tsx';
import { Link, parsePath, type Route, usePath } from './router.tsx';
import { Page } from './shell/page.tsx';
import { Shell } from './shell/shell.tsx';
import { Mark } from './ui/avatar.tsx';
import { Button } from './ui/button.tsx';
import { Guard } from './ui/guard.tsx';
import { Notice } from './ui/notice.tsx';
import { Toaster } from './ui/toast.tsx';

const ApprovalsPage = lazy(async () => ({ default: (await import('./approvals/approvals-page.tsx')).ApprovalsPage }));
const ApprovalPage = lazy(async () => ({ default: (await import('./approvals/approval-page.tsx')).ApprovalPage }));
const TasksPage = lazy(async () => ({ default: (await import('./tasks/tasks-page.tsx')).TasksPage }));
const TaskPage = lazy(async () => ({ default: (await import('./tasks/task-page.tsx')).TaskPage }));
const AgentsPage = lazy(async () => ({ default: (await import('./agents/agents-page.tsx')).AgentsPage }));
const AgentPage = lazy(async () => ({ default: (await import('./agents/agent-page.tsx')).AgentPage }));
const RunPage = lazy(async () => ({ default: (await import('./agents/run-page.tsx')).RunPage }));
const DmsPage = lazy(async () => ({ default: (await import('./dms/dms-page.tsx')).DmsPage }));
const PeoplePage = lazy(async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage }));
const PoliciesPage = lazy(async () => ({ default: (await import('./policies/policies-page.tsx')).PoliciesPage }));
const DashboardPage = lazy(async () => ({ default: (await import('./dashboard/dashboard-page.tsx')).DashboardPage }));
const DecisionsPage = lazy(async () => ({ default: (await import('./decisions/decisions-page.tsx')).DecisionsPage }));
const MemoryPage = lazy(async () => ({ default: (await import('./memory/memory-page.tsx')).MemoryPage }));
const SchedulesPage = lazy(async () => ({ default: (await import('./schedules/schedules-page.tsx')).SchedulesPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }));
const SignInPage = lazy(async () => ({ default: (await import('./sign-in/sign-in-page.tsx')).SignInPage }));

const TITLES: Record<Route['name'], string> = {
  room: 'Wilco',
  approvals: 'Waiting for you · Wilco',
  tasks: 'Tasks · Wilco',
  agents: 'Agents · Wilco',
  run: 'Run · Wilco',
  people: 'People · Wilco',
  dms: 'Direct messages · Wilco',
  policies: 'Policies · Wilco',
  dashboard: 'Dashboard · Wilco',
  schedules: 'Schedules · Wilco',
  decisions: 'Decisions · Wilco',
  memory: 'Memory · Wilco',
  settings: 'Settings · Wilco',
  'sign-in': 'Sign in · Wilco',
  missing: 'Not found · Wilco',
};

const Missing = () => (
  <Page title="There is nothing here">
    <Link href="/" className="text-accent underline underline-offset-3">
      Start a new conversation
    </Link>
  </Page>
);

const Content = ({ route }: { route: Route }) => {
  switch (route.name) {
    case 'room':
      return <Room threadId={route.threadId} />;
    case 'approvals':
      return route.id === null ? <ApprovalsPage /> : <ApprovalPage key={route.id} id={route.id} />;
    case 'tasks':
      return route.id === null ? <TasksPage /> : <TaskPage key={route.id} id={route.id} />;
    case 'agents':
      return route.key === null ? <AgentsPage /> : <AgentPage key={route.key} agentKey={route.key} />;
    case 'run':
      return <RunPage key={route.id} id={route.id} />;
    case 'dms':
      return <DmsPage />;
    case 'people':
      return <PeoplePage />;
    case 'policies':
      return <PoliciesPage />;
    case 'dashboard':
      return <DashboardPage />;
    case 'decisions':
      return <DecisionsPage />;
    case 'memory':
      return <MemoryPage />;
    case 'schedules':
      return <SchedulesPage />;
    case 'settings':
      return <SettingsPage />;
    case 'sign-in':
    case 'missing':
      return <Missing />;
    default:
      return route satisfies never;
  }
};

const Waiting = () => (
  <div className="grid h-dvh place-items-center" role="status" aria-label="Loading Wilco">
    <Mark className="size-10 animate-breathe" />
  </div>
);

const Unreached = ({ sentence, again, busy }: { sentence: string; again: () => void; busy: boolean }) => (
  <main id="main" className="mx-auto grid h-dvh max-w-md content-center gap-4 px-4">
    <h1 className="font-semibold text-xl">Wilco does not answer</h1>
    <Notice tone="bad" role="alert">
      {sentence}
    </Notice>
    <Button className="justify-self-start" busy={busy} onClick={again}>
      Try again
    </Button>
  </main>
);

const SignedIn = ({ route, path }: { route: Route; path: string }) => {
  const me = useQuery(meQuery);
  if (codeOf(me.error) === 'not_signed_in' && me.error) return <SignInPage />;
  if (!me.data)
    return me.error ? <Unreached sentence={sentenceOf(me.error)} again={() => void me.refetch()} busy={me.isFetching} /> : <Waiting />;
  return (
    <Shell>
      <Suspense fallback={<Page title=" ">{null}</Page>}>
        <Guard key={path} what="This page">
          <Content route={route} />
        </Guard>
      </Suspense>
    </Shell>
  );
};

const Routed = () => {
  const path = usePath();
  const route = parsePath(path);
  useTitle(TITLES[route.name]);
  return <Suspense fallback={<Waiting />}>{route.name === 'sign-in' ? <SignInPage /> : <SignedIn route={route} path={path} />}</Suspense>;
};

export const App = () => (
  <QueryClientProvider client={queryClient}>
    <Routed />
    <Toaster />
  </QueryClientProvider>
);
