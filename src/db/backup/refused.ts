/** Why a backup could not be made or restored. `message` is one sentence for the operator that says what to do. */
export type BackupError = {
  code:
    | 'backup_not_written' // its place cannot be written to
    | 'backup_exists' // something lies at its place already
    | 'backup_missing' // no file to read
    | 'backup_foreign' // a file of something else
    | 'backup_broken' // cut or changed
    | 'backup_newer' // made by a later version
    | 'restore_running' // a Wilco works on the database
    | 'restore_used' // the database holds something already
    | 'restore_failed'; // the server refused
  message: string;
};

/** Carries a refusal out of the middle of a stream. Turned into a `Result` at the door. */
export class BackupRefused extends Error {
  override name = 'BackupRefused';
  readonly code: BackupError['code'];
  constructor(code: BackupError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
