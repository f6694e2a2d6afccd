import { err } from '../result.ts';
import type { ToolError } from './tool.ts';

/** A refusal before anything happened: provably nothing changed. */
export const refuse = (code: string, message: string): { ok: false; error: ToolError } => err({ code, message, notDispatched: true });
