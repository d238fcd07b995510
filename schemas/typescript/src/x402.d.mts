import type { PaymentAuthorizationV1 } from "./types.js";

/** Payment requirements of x402, version 2, as they stand in `accepts`. */
export interface Requirements {
  scheme: string;
  network: `${string}:${string}`;
  amount: string;
  asset: string;
  payTo: string;
  maxTimeoutSeconds: number;
  extra: Record<string, unknown>;
}

/** Who signs for the payer: a key of this program, or of a safe that it can ask. */
export interface Signer {
  /** `participant:did:key:z6Mk…`. */
  participant(): Promise<string>;
  /** The 64 bytes of the Ed25519 signature of a message. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A request as it goes over the wire: the URL that is asked, and the bytes of its body. */
export interface HttpRequest {
  method: string;
  url: string;
  body?: Uint8Array | string;
}

/** A request as a payment names it: the URL in its one form, and the digest of the body. */
export interface PaidRequest {
  method: string;
  url: string;
  body: string;
}

/** What cannot be paid, or must not be. */
export declare class OrcPaymentError extends Error {
  readonly code: string;
}

export interface OrcPayer {
  /** The account that is debited, such as `account:fed-pl-main:adam`. */
  account: string;
  /** The organisation that pays, where one does: whoever signs is its custodian. */
  organisation?: string;
}

export type ExactOrcClientOptions = OrcPayer &
  ({ seed: Uint8Array | string; signer?: undefined } | { signer: Signer; seed?: undefined });

/** Pays in ORC from one account: `new x402Client().register("orc:*", new ExactOrcClient({ seed, account }))`. */
export declare class ExactOrcClient {
  readonly scheme: string;
  readonly schemeHooks: {
    onBeforePaymentCreation(context: { paymentRequired: object; selectedRequirements: object }): Promise<void>;
  };
  constructor(options: ExactOrcClientOptions);
  findDefaultAsset(asset: string, network: string): { asset: string; decimals: number; symbol: string } | undefined;
  createPaymentPayload(
    x402Version: number,
    accepted: Requirements,
  ): Promise<{ x402Version: number; payload: { authorization: PaymentAuthorizationV1 } }>;
}

/** What `wrapFetchWithPayment` makes of a fetch and a client, with every demand bound to the request that it answers. */
export declare function orcFetch<Fetch, Client extends object, Paying>(
  wrapFetchWithPayment: (fetch: Fetch, client: Client) => Paying,
  fetch: NoInfer<Fetch>,
  client: NoInfer<Client>,
): Paying;

/** Says which request a demand answers, for a transport that is not a fetch. */
export declare function bindRequest(paymentRequired: object, request: HttpRequest): Promise<void>;

/** Keeps the bytes of a body: `express.json({ verify: keepBody })`, before the middleware that charges. */
export declare function keepBody(request: object, response: unknown, bytes: Uint8Array): void;

export interface ExactOrcServerOptions {
  /** The request that was asked, of what the middleware says; that of Express where it is left out. */
  asked?: (transportContext: unknown) => Required<HttpRequest> | Promise<Required<HttpRequest>>;
  /** Which payments were served; in the memory of this process where it is left out. Several processes share one. */
  served?: Served;
}

/** Which payments were served: each serves once. */
export interface Served {
  has(key: string): boolean | Promise<boolean>;
  /** Remembers a payment until its time is over, in milliseconds since 1970; false where it has served, or that is past. */
  claim(key: string, until: number): boolean | Promise<boolean>;
  /** Forgets a payment for which nothing was served. */
  free(key: string): void | Promise<void>;
}

/** Charges in ORC through a facilitator: `new x402ResourceServer(facilitator).register("orc:*", new ExactOrcServer())`. */
export declare class ExactOrcServer {
  readonly scheme: string;
  readonly defaultAssetTransferMethod: string;
  readonly paymentFlows: Record<
    string,
    { supported: Array<"authorization" | "upfront">; default: "authorization" | "upfront" }
  >;
  readonly schemeHooks: {
    onBeforeVerify(context: {
      paymentPayload: { readonly payload: object };
      transportContext?: unknown;
    }): Promise<void | { abort: true; reason: string; message?: string }>;
    onBeforeSettle(context: {
      paymentPayload: { readonly payload: object };
    }): Promise<void | { abort: true; reason: string; message?: string }>;
    onSettleFailure(context: { paymentPayload: object }): Promise<void>;
    onVerifiedPaymentCanceled(context: { paymentPayload: object }): Promise<void>;
  };
  constructor(options?: ExactOrcServerOptions);
  parsePrice(price: unknown): Promise<{ asset: string; amount: string }>;
  getAssetDecimals(asset: string): number | undefined;
  enhancePaymentRequirements(
    requirements: Requirements,
    supportedKind: { extra?: Record<string, unknown> },
  ): Promise<Requirements>;
  validateFacilitatorSupport(network: string, supportedKind: { extra?: Record<string, unknown> }): string | void;
}

/** A request as a payment names it. */
export declare function paidRequest(request: HttpRequest): Promise<PaidRequest>;

/** The document that pays requirements for one request, unsigned. */
export declare function authorization(terms: {
  accepted: Requirements;
  request: PaidRequest;
  payer: OrcPayer & { participant: string };
  nonce: string;
  /** Milliseconds since 1970. */
  now: number;
  /** The place among the payer's payments, where they are to run in order. */
  sequence?: number;
  /** The id under which the payer submits the payment, where they choose one. */
  payment?: string;
}): Promise<Omit<PaymentAuthorizationV1, "signature">>;

/** Who signs with the seed of an Ed25519 key: its bytes, or the base64url of a key file. */
export declare function signerFromSeed(seed: Uint8Array | string): Signer;

/** Signs a document of one signer. */
export declare function signDocument<D extends object>(
  document: D,
  signer: Signer,
): Promise<D & { signature: { alg: "ed25519"; value: string } }>;
