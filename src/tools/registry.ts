import type { SecretStore } from '../db/secrets.ts';
import { changeAgent } from './agents/change-agent.ts';
import { deployAgent } from './agents/deploy-agent.ts';
import { retireAgent } from './agents/retire-agent.ts';
import type { ShippedAgent } from './agents/standing.ts';
import { allowHost } from './allow-host.ts';
import { apiCall } from './api-call.ts';
import { assignTask } from './assign-task.ts';
import type { Team } from './autonomy-change.ts';
import { cancelTask } from './cancel-task.ts';
import { createApiKey } from './create-api-key.ts';
import { createTask } from './create-task.ts';
import { deleteSchedule } from './delete-schedule.ts';
import { disallowHost } from './disallow-host.ts';
import { draftCallScript } from './draft-call-script.ts';
import { draftContractChange } from './draft-contract-change.ts';
import { draftQuote } from './draft-quote.ts';
import { editDoc } from './edit-doc.ts';
import { createEgress, type Egress } from './egress/client.ts';
import type { Mail } from './email/smtp.ts';
import { endAutopilot } from './end-autopilot.ts';
import { fileWrite } from './file-write.ts';
import { grantBudget } from './grant-budget.ts';
import { invitePerson } from './invite-person.ts';
import { leaveGroup } from './leave-group.ts';
import { completeTaskTool, reopenTask, startTask } from './move-task.ts';
import type { FindGroups } from './platform-groups.ts';
import { postFigures, type TellTeam } from './post-figures.ts';
import { postReminder } from './post-reminder.ts';
import { createReads } from './reads/registry.ts';
import { rememberFact } from './remember-fact.ts';
import { remind } from './remind.ts';
import { removeGroup } from './remove-group.ts';
import { removePerson } from './remove-person.ts';
import { removeRule } from './remove-rule.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { type KnowsAgent, scheduleJob } from './schedule-job.ts';
import { sendEmail } from './send-email.ts';
import { type Post, sendMessage } from './send-message.ts';
import { setApprovals } from './set-approvals.ts';
import { setAutonomy } from './set-autonomy.ts';
import { setBudget } from './set-budget.ts';
import { setContent } from './set-content.ts';
import { setDigest } from './set-digest.ts';
import { setExpiry } from './set-expiry.ts';
import { setGroup } from './set-group.ts';
import { setLadder } from './set-ladder.ts';
import { setPlatform } from './set-platform.ts';
import { setQuietHours } from './set-quiet-hours.ts';
import { setRole } from './set-role.ts';
import { setRule } from './set-rule.ts';
import { setTeamChannel } from './set-team-channel.ts';
import { signAutopilot } from './sign-autopilot.ts';
import { tieGroup, untieGroup } from './tie-group.ts';
import type { Tool } from './tool.ts';

/**
 * `home` is where Wilco keeps its own; files go below its `files`. Without `egress` nothing private can be reached, without `secrets` no
 * action can use one, without `mail` e-mail needs setup, without `team` there are no agents to speak of, and without `tellTeam` there is no
 * team room to post figures in.
 */
export type ToolDeps = {
  home: string;
  post: Post;
  egress?: Egress;
  secrets?: SecretStore;
  mail?: Mail;
  team?: Team;
  /** The agents that ship: what the tools that put agents to work know of besides those of the project. */
  shipped?: readonly ShippedAgent[];
  knowsAgent?: KnowsAgent;
  tellTeam?: TellTeam;
  /** Looks for groups of people on the chat platforms that this process is connected to; absent: it is connected to none. */
  findGroups?: FindGroups;
};

/** Everything that can be done. */
export const createTools = (deps: ToolDeps): readonly Tool[] => {
  const { egress = createEgress(), secrets, mail, team = async () => [], shipped = [] } = deps;
  const find = (name: string) => tools.find((tool) => tool.name === name);
  const agents = { find, shipped, reads: createReads(async () => []).map(({ name }) => name) };
  const platforms = () => tools.flatMap((tool) => tool.platform?.({}) ?? []);
  // What people ask for every day stands first: a model is offered that for every message.
  const tools: readonly Tool[] = [
    createTask,
    sendMessage(deps.post),
    remind,
    scheduleJob(find, deps.knowsAgent),
    editDoc,
    fileWrite(deps.home),
    sendEmail(mail),
    apiCall({ egress, secrets }),
    cancelTask,
    assignTask,
    startTask,
    completeTaskTool,
    reopenTask,
    rememberFact,
    draftQuote,
    draftCallScript,
    draftContractChange,
    deleteSchedule,
    postReminder,
    ...(deps.tellTeam ? [postFigures(deps.tellTeam)] : []),
    invitePerson,
    setRole,
    removePerson,
    createApiKey,
    revokeApiKey,
    setApprovals(find),
    setBudget,
    grantBudget,
    setAutonomy(team),
    signAutopilot({ tools: () => tools, team }),
    endAutopilot,
    allowHost,
    disallowHost,
    deployAgent(agents),
    changeAgent(agents),
    retireAgent(agents),
    setTeamChannel,
    setDigest,
    setRule(find),
    removeRule,
    setGroup,
    leaveGroup,
    removeGroup,
    tieGroup(deps.findGroups ?? (async () => undefined)),
    untieGroup,
    setContent,
    setPlatform(platforms),
    setQuietHours,
    setExpiry,
    setLadder,
  ];
  return tools;
};
