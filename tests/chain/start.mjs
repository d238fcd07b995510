// Starts a chain and prints one line of JSON about it: rpcUrl, chainId, token (USDC of Base Sepolia), others (tokens with
// a fault each), bundler, accounts (address, privateKey), balance. It runs until it is told to stop, or, with
// `--until-stdin-ends`, until whoever started it is gone.

import { start } from "./chain.mjs";

const { stop, ...chain } = await start();
console.log(JSON.stringify(chain));
const end = () => {
  stop();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
if (process.argv.includes("--until-stdin-ends")) {
  process.stdin.on("end", end).on("close", end).resume();
}
