import type { Read } from '../read.ts';
import { findFacts } from './find-facts.ts';
import { findInDocuments } from './find-in-documents.ts';
import { findTasks } from './find-tasks.ts';
import { listAgents, type Teammates } from './list-agents.ts';
import { listApprovals } from './list-approvals.ts';
import { listDocuments } from './list-documents.ts';
import { listSchedules } from './list-schedules.ts';
import { projectFigures } from './project-figures.ts';
import { readDocument } from './read-document.ts';
import { readTask } from './read-task.ts';
import { readThread } from './read-thread.ts';

/** What an agent may look up in the database alone. */
export const READS: readonly Read[] = [
  findTasks,
  readTask,
  listDocuments,
  readDocument,
  findInDocuments,
  readThread,
  listApprovals,
  listSchedules,
  findFacts,
  projectFigures,
];

/** Everything that an agent may look up. `AgentConfig.tools` names these and what it may propose alike. */
export const createReads = (teammates: Teammates): readonly Read[] => [...READS, listAgents(teammates)];
