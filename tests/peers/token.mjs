// What PEER_ADDRESS holds of PEER_TOKEN on the chain at PEER_RPC_URL.

import { createPublicClient, erc20Abi, http } from "viem";

import { setting } from "./peer.mjs";

const chain = createPublicClient({ transport: http(setting("PEER_RPC_URL")) });
const [address, args] = [setting("PEER_TOKEN"), [setting("PEER_ADDRESS")]];
const held = await chain.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args });
console.log(JSON.stringify({ held: Number(held) }));
