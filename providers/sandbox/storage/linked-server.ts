/** A server that `sp_addlinkedserver` made known. It is listed; nothing is read through it. */
export interface LinkedServer {
  /** From 1; 0 is the server itself. */
  readonly serverId: number;
  readonly name: string;
  readonly product: string;
  readonly provider: string;
  readonly dataSource: string | undefined;
  readonly catalog: string | undefined;
  readonly modifyDate: number;
  /** The login there of everyone who has none of his own; undefined: each as himself. */
  readonly remoteLogin: string | undefined;
}
