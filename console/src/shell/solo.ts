export const SOLO =
  'Solo mode: you are the only one who may approve, so you approve what you asked for. It ends for good when a second approver joins.';
