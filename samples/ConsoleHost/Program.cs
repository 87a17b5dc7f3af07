// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Commands;

// First of all, and before libraries are loaded for what follows: a signal that comes before somebody takes it ends the process.
// Commands that balance nothing end by it, as people expect.
HostSignals? signals = args.Contains(LbCommand.Run) ? new HostSignals(reloads: true) : null;
StandardStreams.Protect();
if (DescriptorLimit.Refuse() is string refusal)
{
    HostOutput.WriteError(refusal);
    return ExitCode.Failure;
}

// The portable transport spends most of its time on handing work from the runtime's poller to the thread pool. A library must
// not decide this for its process, a program may: completions run where they are found. Measured on two cores, Linux: a fifth
// less CPU per short connection and a third less per request. It is read when the first socket is made.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
}

return await LbCommand.RunAsync(args, signals);
